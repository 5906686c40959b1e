// Checks an export, and the tiles of a log, with Go's own packages for transparency logs.
//
// usage: sumdb_verifier EXPORT TILES OLD_CHECKPOINT
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type folder string

func (at folder) Height() int { return 8 }

func (at folder) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

func (at folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1) // C2SP's paths do not name the height
		data, err := os.ReadFile(filepath.Join(string(at), path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(path ...string) string {
	data, err := os.ReadFile(filepath.Join(path...))
	must(err)
	return string(data)
}

func opened(signed string, key note.Verifier) tlog.Tree {
	found, err := note.Open([]byte(signed), note.VerifierList(key))
	must(err)
	lines := strings.Split(found.Text, "\n")
	if lines[0] != key.Name() {
		must(fmt.Errorf("the checkpoint is of %s", lines[0]))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: root}
}

func main() {
	export, tiles, old := os.Args[1], os.Args[2], os.Args[3]
	key, err := note.NewVerifier(strings.TrimSpace(read(export, "vkey")))
	must(err)
	leaves, err := os.ReadDir(filepath.Join(export, "leaves"))
	must(err)
	for _, leaf := range leaves {
		head, signed, _ := strings.Cut(read(export, "proofs", leaf.Name()+".tlog-proof"), "\n\n")
		lines := strings.Split(head, "\n")
		index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
		must(err)
		var proof tlog.RecordProof
		for _, line := range lines[2:] {
			hash, err := tlog.ParseHash(line)
			must(err)
			proof = append(proof, hash)
		}
		tree := opened(signed, key)
		must(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash([]byte(read(export, "leaves", leaf.Name())))))
	}
	before, now := opened(read(old), key), opened(read(tiles, "checkpoint"), key)
	hashes := tlog.TileHashReader(now, folder(tiles))
	root, err := tlog.TreeHash(now.N, hashes)
	must(err)
	proof, err := tlog.ProveTree(now.N, before.N, hashes)
	must(err)
	must(tlog.CheckTree(proof, now.N, now.Hash, before.N, before.Hash))
	fmt.Printf("%d leaves, root %s, %d proofs\n", now.N, root, len(leaves))
}
