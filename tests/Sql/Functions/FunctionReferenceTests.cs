using System.Text;
using Orrery.Sql.Functions;

namespace Orrery.Sql.Tests.Functions;

/// <summary>docs/reference/sql-functions.md lists every function. With <c>ORRERY_GOLDEN=write</c> its lists are written anew.</summary>
public sealed class FunctionReferenceTests
{
    private const string Marker = "<!-- What follows is written from the catalog of functions by its test: ORRERY_GOLDEN=write. -->\n";

    [Fact]
    public void The_reference_lists_every_function()
    {
        string path = Path.Combine(Root(), "docs", "reference", "sql-functions.md");
        string text = File.ReadAllText(path);
        int end = text.IndexOf(Marker, StringComparison.Ordinal) + Marker.Length;
        end.ShouldBeGreaterThan(Marker.Length, "the marker is missing");
        string now = text[..end] + Lists();
        if (Environment.GetEnvironmentVariable("ORRERY_GOLDEN") == "write") File.WriteAllText(path, now);
        else text.ShouldBe(now, "run the test with ORRERY_GOLDEN=write and review the page");
    }

    private static string Lists()
    {
        var text = new StringBuilder();
        foreach (var (title, functions) in FunctionCatalog.Groups)
        {
            text.Append($"\n## {title}\n\n| | |\n|---|---|\n");
            foreach (var function in functions)
            {
                string[] aliases = [.. FunctionCatalog.Aliases.Where(alias => alias.Value == function.Name && char.IsLetter(alias.Key[0])).Select(alias => alias.Key).Order(StringComparer.Ordinal)];
                string others = aliases.Length == 0 ? "" : $" Also {string.Join(", ", aliases)}.";
                text.Append($"| `{function.Signature.Replace("|", "\\|", StringComparison.Ordinal)}` | {function.Description.Replace("|", "\\|", StringComparison.Ordinal)}{others} |\n");
            }
        }

        return text.ToString();
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Cluster.sln"))) return folder.FullName;
        throw new InvalidOperationException("The repository's root is not above the tests.");
    }
}
