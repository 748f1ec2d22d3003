using Orrery.Jobs.Integration;
using Orrery.Jobs.Yaml;

namespace Orrery.Jobs.Tests.Integration;

public sealed class MappingFileTests
{
    [Fact]
    public void Every_shipped_mapping_can_be_read_and_keeps_the_order_of_its_dependencies()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Cluster.sln"))) folder = folder.Parent!;
        string[] files = Directory.GetFiles(Path.Combine(folder.FullName, "examples/integration"), "*.yaml");
        files.Length.ShouldBeGreaterThan(1);
        foreach (string file in files)
        {
            Mapping mapping = MappingFile.Parse(Path.GetFileName(file), File.ReadAllText(file));
            string[] names = [.. mapping.Entities.Select(entity => entity.Name)];
            foreach (string needed in new[] { "customers", "materials" })
                Array.IndexOf(names, needed).ShouldBeInRange(0, Array.IndexOf(names, "orders"), file);
            names.ShouldContain("stock");
        }
    }

    [Fact]
    public void A_circle_of_dependencies_is_refused_by_its_names()
    {
        var error = Should.Throw<FileFaultException>(() => MappingFile.Parse("circle.yaml", """
            integration: x
            lookups:
              b: {from: target, table: tb, key: k, value: v}
            entities:
              a:
                source: {table: sa}
                target: {table: ta}
                key: [k]
                fields: {k: k, b: {of: b, lookup: b}}
              b: {source: {table: sb}, target: {table: tb}, key: [k], fields: {k: k}, after: [c]}
              c: {source: {table: sc}, target: {table: tc}, key: [k], fields: {k: k}, after: [a]}
            """));
        error.Message.ShouldBe("circle.yaml:5:3: entities wait for each other in a circle: a after b after c after a");
    }

    [Fact]
    public void Every_fault_is_told_with_its_place()
    {
        var error = Should.Throw<FileFaultException>(() => MappingFile.Parse("bad.yaml", """
            integration: x
            entities:
              a:
                source: {table: t, query: SELECT 1}
                target: {form: BD_X, audit: true}
                key: [k]
                fields:
                  k: "1 +"
                  c: {of: x, code: none}
                after: [nobody]
            """));
        error.Faults.ShouldContain(fault => fault.StartsWith("bad.yaml:4:13: ", StringComparison.Ordinal) && fault.Contains("either 'table' or 'query'", StringComparison.Ordinal));
        error.Faults.ShouldContain(fault => fault.Contains("what is audited is submitted before", StringComparison.Ordinal));
        error.Faults.ShouldContain(fault => fault.StartsWith("bad.yaml:6:10: ", StringComparison.Ordinal) && fault.Contains("the key of a form is its number", StringComparison.Ordinal));
        error.Faults.ShouldContain(fault => fault.StartsWith("bad.yaml:8:10: field 'k'", StringComparison.Ordinal));
        error.Faults.ShouldContain(fault => fault.Contains("there is no code table 'none'", StringComparison.Ordinal));
        error.Faults.ShouldContain(fault => fault.StartsWith("bad.yaml:3:3: entity 'a' comes after 'nobody'", StringComparison.Ordinal));
    }
}
