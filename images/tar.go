package images

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/awsvars/awsvars/refusal"
)

// each calls f for every regular file of an archive.
func each(file string, f func(name string, header *tar.Header, content io.Reader) error) error {
	archive, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = archive.Close() }()
	reader := tar.NewReader(archive)
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading it as a tar archive: %w", err)
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		if err := f(path.Clean(header.Name), header, reader); err != nil {
			return err
		}
	}
}

// write makes a new file; a name that comes twice in an archive is an error.
func write(ctx context.Context, name string, content io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is in it twice", filepath.Base(name))
	}
	if err != nil {
		return err
	}
	_, err = io.Copy(file, stoppable{ctx, content})
	return errors.Join(err, file.Close())
}

// stoppable ends a copy when ctx does.
type stoppable struct {
	ctx    context.Context
	reader io.Reader
}

func (s stoppable) Read(p []byte) (int, error) {
	if s.ctx.Err() != nil {
		return 0, context.Cause(s.ctx)
	}
	return s.reader.Read(p)
}

// found is a file in an archive. Closing it closes the archive.
type found struct {
	io.Reader
	io.Closer
}

// mostLinks keeps links that name each other from being followed for ever.
const mostLinks = 10

// find opens a file of an archive, also where a link names it: docker save
// before Docker 25 links a layer that comes twice.
func find(file, name string) (content io.ReadCloser, size int64, err error) {
	archive, err := os.Open(file)
	if err != nil {
		return nil, 0, err
	}
	defer func() {
		if err != nil {
			_ = archive.Close()
		}
	}()
	wanted := path.Clean(name)
	for range mostLinks {
		if _, err := archive.Seek(0, io.SeekStart); err != nil {
			return nil, 0, err
		}
		reader := tar.NewReader(archive)
		header, err := seek(reader, wanted)
		if err != nil {
			return nil, 0, err
		}
		switch header.Typeflag {
		case tar.TypeReg:
			return found{reader, archive}, header.Size, nil
		case tar.TypeSymlink:
			wanted = path.Join(path.Dir(wanted), header.Linkname)
		case tar.TypeLink:
			wanted = path.Clean(header.Linkname)
		default:
			return nil, 0, fmt.Errorf("%s is no file", refusal.Line(name))
		}
	}
	return nil, 0, fmt.Errorf("%s is a link to too many links", refusal.Line(name))
}

func seek(reader *tar.Reader, name string) (*tar.Header, error) {
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s is not in it", refusal.Line(name))
		}
		if err != nil {
			return nil, fmt.Errorf("reading it as a tar archive: %w", err)
		}
		if path.Clean(header.Name) == name {
			return header, nil
		}
	}
}
