package main

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/CycloneDX/cyclonedx-go"
)

// writeBill lists the modules that are in a binary, as the binary itself tells
// them, in CycloneDX (cyclonedx.org, "Specification Overview").
func writeBill(version string, p platform, binary string) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return err
	}
	file, err := os.Create(binary + ".cdx.json")
	if err != nil {
		return err
	}
	err = cyclonedx.NewBOMEncoder(file, cyclonedx.BOMFileFormatJSON).SetPretty(true).Encode(billOf(version, p, info))
	if closing := file.Close(); err == nil {
		err = closing
	}
	return err
}

// billOf has neither the time nor a number of its own, which the format leaves
// open: two bills of the same binary are the same.
func billOf(version string, p platform, info *debug.BuildInfo) *cyclonedx.BOM {
	main := cyclonedx.Component{
		Type: cyclonedx.ComponentTypeApplication, Name: "awsvars", Version: version,
		BOMRef:     "pkg:golang/" + info.Main.Path + "@" + version + "#cmd/awsvars",
		PackageURL: "pkg:golang/" + info.Main.Path + "@" + version + "?goos=" + p.system + "&goarch=" + p.architecture + "#cmd/awsvars",
	}
	goVersion := cyclonedx.Component{
		Type: cyclonedx.ComponentTypeLibrary, Name: "std", Version: info.GoVersion,
		BOMRef: "pkg:golang/std@" + info.GoVersion, PackageURL: "pkg:golang/std@" + info.GoVersion,
	}
	components, needs := []cyclonedx.Component{goVersion}, []string{goVersion.BOMRef}
	for _, module := range info.Deps {
		if module.Replace != nil {
			module = module.Replace
		}
		reference := fmt.Sprintf("pkg:golang/%s@%s", module.Path, module.Version)
		components = append(components, cyclonedx.Component{
			Type: cyclonedx.ComponentTypeLibrary, Name: module.Path, Version: module.Version, BOMRef: reference, PackageURL: reference,
			// The sum of go.sum is one of a module's files, and no hash of one file
			// as the format has them.
			Properties: &[]cyclonedx.Property{{Name: "go:sum", Value: module.Sum}},
		})
		needs = append(needs, reference)
	}
	bill := cyclonedx.NewBOM()
	bill.Metadata = &cyclonedx.Metadata{Component: &main}
	bill.Components = &components
	bill.Dependencies = &[]cyclonedx.Dependency{{Ref: main.BOMRef, Dependencies: &needs}}
	return bill
}
