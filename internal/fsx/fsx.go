// Package fsx writes every file that Descent leaves behind, so that a save is
// whole or absent, whatever the disk or the power does.
//
//	dir, err := fsx.OpenDir("runs/credit-1")
//	lock, err := dir.Lock("lock")
//	err = fsx.WriteFileAtomic(dir, "model.json", func(w io.Writer) error { … })
//
// An [FS] is one folder and what lies below it. [OpenDir] gives the real one;
// package faultfs has one in memory that fails or loses power on demand.
// [WriteFileAtomic] replaces a file, [Log] appends to one across restarts, and
// package checkpoint builds whole folders on the same calls.
//
// Every error names the operation and the path (it is or wraps a [fs.PathError]).
package fsx

import "io"

// An FS is a folder to read and write. Names are relative to it, separated by
// slashes, and cannot leave it; "." is the folder itself.
//
// Nothing is sure to survive a crash before it is synced: a file's bytes by
// [File.Sync], its name by SyncDir of the folder that holds it.
type FS interface {
	// Create opens a file for writing and empties it if it exists.
	Create(name string) (File, error)
	// Append opens a file for writing after its first size bytes and cuts off
	// the rest. It makes the file if size is 0; a file shorter than size is an error.
	Append(name string, size int64) (File, error)
	// Open opens a regular file for reading; anything else is refused.
	Open(name string) (Reader, error)
	// ReadDir lists a folder, sorted by name.
	ReadDir(name string) ([]Entry, error)
	// Mkdir makes one folder; one that exists is an error.
	Mkdir(name string) error
	// Rename moves a file or folder, and replaces a file or an empty folder of the new name.
	Rename(oldName, newName string) error
	// Remove removes a file or an empty folder.
	Remove(name string) error
	// RemoveAll removes a file, or a folder with all below it; none is no error.
	// It is not one step: a crash may leave a part.
	RemoveAll(name string) error
	// SyncDir makes the names in a folder durable.
	SyncDir(name string) error
	// Lock takes the file of this name for this process alone, until it is
	// closed or the process ends. If another holds it, the error is a [*LockedError].
	Lock(name string) (io.Closer, error)
}

// A File is open for writing. An error from Sync is final: the system may have
// dropped the bytes, and a second Sync would succeed without them.
type File interface {
	io.WriteCloser
	Sync() error
}

// A Reader is a regular file open for reading.
type Reader interface {
	io.Reader
	io.ReaderAt
	io.Closer
	Size() int64 // when it was opened
}

// An Entry is a name in a folder.
type Entry struct {
	Name string
	Dir  bool
}
