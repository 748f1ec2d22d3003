using Orrery.Sql.Syntax;

namespace Orrery.Sql.Tests.Syntax;

/// <summary>Orrery's scripts of the folder examples, beside those for other databases, are SQL, and stay what they are when they are printed.</summary>
public sealed class ExampleTests
{
    [Fact]
    public void Every_script_of_the_examples_is_read_and_printed()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Cluster.sln")))
            root = Path.GetDirectoryName(root.TrimEnd(Path.DirectorySeparatorChar)) ?? throw new InvalidOperationException("Cluster.sln is in no folder above the tests.");
        string examples = Path.Combine(root, "examples");
        string[] files = [.. Directory.GetFiles(examples, "*.sql"), .. Directory.GetDirectories(examples, "pipelines", SearchOption.AllDirectories).SelectMany(static folder => Directory.GetFiles(folder, "*.sql"))];
        files.Length.ShouldBeGreaterThan(10);
        foreach (string file in files)
        {
            IReadOnlyList<StatementSyntax> script = SqlParser.ParseScript(File.ReadAllText(file));
            script.ShouldNotBeEmpty(file);
            SqlParser.ParseScript(SqlPrinter.Print(script)).ShouldBe(script, file);
            SqlParser.ParseScript(string.Join(";\n", script.Select(SqlPrinter.PrintLines))).ShouldBe(script, file);
        }
    }
}
