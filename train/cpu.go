package train

import "golang.org/x/sys/cpu"

// cpuFeatures lists the features of this processor that kernels choose by.
func cpuFeatures() []string {
	out := []string{}
	for _, f := range []struct {
		name string
		has  bool
	}{
		{"avx2", cpu.X86.HasAVX2}, {"fma", cpu.X86.HasFMA}, {"avx512f", cpu.X86.HasAVX512F},
		{"asimd", cpu.ARM64.HasASIMD},
	} {
		if f.has {
			out = append(out, f.name)
		}
	}
	return out
}
