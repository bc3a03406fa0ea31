package faultfs

import "io"

// A file is open for writing, always at its end.
type file struct {
	fs   *FS
	node *node
	name string
}

func (w *file) Write(p []byte) (int, error) {
	w.fs.mu.Lock()
	defer w.fs.mu.Unlock()
	n, err := len(p), w.fs.step("write", w.name)
	if err != nil {
		n = 0
		if w.fs.fault.Short && len(w.fs.ops) == w.fs.fault.At {
			n = len(p) / 2
		}
	}
	w.node.data = append(w.node.data, p[:n]...)
	return n, err
}

func (w *file) Sync() error {
	w.fs.mu.Lock()
	defer w.fs.mu.Unlock()
	err := w.fs.step("sync", w.name)
	w.node.sync(err == nil)
	return err
}

func (w *file) Close() error {
	w.fs.mu.Lock()
	defer w.fs.mu.Unlock()
	return w.fs.step("close", w.name)
}

// A reader is open for reading. Read and Size are the SectionReader's, on ReadAt below.
type reader struct {
	*io.SectionReader
	fs   *FS
	node *node
	name string
}

func (r *reader) Close() error { return nil }

// readerAt reads the file as it is now, not as it was when it was opened.
type readerAt struct{ *reader }

func (r readerAt) ReadAt(p []byte, off int64) (int, error) {
	r.fs.mu.Lock()
	defer r.fs.mu.Unlock()
	if err := r.fs.step("read", r.name); err != nil {
		return 0, err
	}
	if off >= int64(len(r.node.data)) {
		return 0, io.EOF
	}
	n := copy(p, r.node.data[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
