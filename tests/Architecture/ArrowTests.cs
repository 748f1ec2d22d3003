using System.Xml.Linq;

namespace Orrery.Architecture.Tests;

/// <summary>The arrows between the projects of the house, as docs/architecture.md draws them.</summary>
public sealed class ArrowTests
{
    static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Runtime.Generator"] = [],
        ["Runtime"] = ["Runtime.Generator"],
        ["Log"] = [],
        ["Log.Kafka"] = ["Log"],
        ["Sql"] = [],
        ["Connectors"] = [],
        ["Dataflow"] = ["Sql"],
        ["Jobs"] = ["Connectors", "Sql"],
        ["Storage"] = ["Runtime", "Connectors"],
        ["Interfaces"] = ["Runtime", "Runtime.Generator"],
        ["Grains"] = ["Interfaces", "Runtime", "Runtime.Generator", "Log", "Sql", "Dataflow", "Connectors", "Storage", "Jobs"],
        ["WebApi"] = ["Interfaces", "Runtime"],
        ["Client"] = [],
        ["Client.Configuration"] = ["Client"],
        ["Agent"] = ["Client", "Jobs", "Connectors", "Log"],
        ["Silo"] = ["Grains", "Interfaces", "Runtime", "Log", "Log.Kafka", "Storage", "Connectors", "Dataflow", "Sql", "Jobs"],
        ["Cli"] = ["Silo", "WebApi", "Agent", "Client", "Interfaces", "Runtime", "Jobs", "Connectors", "Retail"],
    };

    [Fact]
    public void Projects_refer_only_to_the_projects_that_the_arrows_allow()
    {
        var offenders = new List<string>();
        foreach (string file in Projects("src/"))
        {
            string project = Path.GetFileNameWithoutExtension(file);
            if (!Allowed.TryGetValue(project, out string[]? allowed))
            {
                offenders.Add($"{file}: the arrows do not know '{project}'. Draw its arrows in docs/architecture.md and add them to ArrowTests.");
                continue;
            }

            offenders.AddRange(References(file)
                .Where(reference => !allowed.Contains(reference))
                .Select(reference => $"{project} -> {reference}: not an arrow of the house. {project} may refer to: {(allowed.Length == 0 ? "nothing" : string.Join(", ", allowed))}."));
        }

        offenders.ShouldBeEmpty();
    }

    [Fact]
    public void Every_project_is_in_the_solution_and_holds_code()
    {
        string solution = Repository.Read("Cluster.sln").Replace('\\', '/');
        var offenders = new List<string>();
        foreach (string file in Projects(""))
        {
            if (!solution.Contains(file, StringComparison.Ordinal))
                offenders.Add($"{file} is not in Cluster.sln: run 'dotnet sln add {file}'.");
            string folder = Path.GetDirectoryName(file)!.Replace('\\', '/') + "/";
            if (!Repository.Files.Any(other => other.StartsWith(folder, StringComparison.Ordinal) && other.EndsWith(".cs", StringComparison.Ordinal)))
                offenders.Add($"{file} is empty: make a project when its first code needs it.");
        }

        offenders.ShouldBeEmpty();
    }

    [Fact]
    public void Tests_mirror_the_sources()
    {
        string[] sources = [.. Projects("src/").Select(file => Path.GetFileNameWithoutExtension(file)!)];
        string[] beyond = ["Architecture", "EndToEnd", "Simulation", "Servers", "Retail"]; // Retail is tested here and lives in examples/
        Projects("tests/")
            .Select(file => Path.GetFileNameWithoutExtension(file)!.Replace(".Tests", "", StringComparison.Ordinal))
            .Where(project => !sources.Contains(project) && !beyond.Contains(project))
            .ShouldBeEmpty("a test project mirrors a project of src/ by name");
    }

    static IEnumerable<string> Projects(string under) =>
        Repository.Files.Where(file => file.StartsWith(under, StringComparison.Ordinal) && file.EndsWith(".csproj", StringComparison.Ordinal));

    static IEnumerable<string> References(string file) => XDocument.Parse(Repository.Read(file))
        .Descendants("ProjectReference")
        .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
}
