using Orrery.Sql.Syntax;

namespace Orrery.Sql.Tests.Syntax;

/// <summary>The scripts of the folder examples are SQL, and stay what they are when they are printed.</summary>
public sealed class ExampleTests
{
    [Fact]
    public void Every_script_of_the_examples_is_read_and_printed()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Cluster.sln")))
            root = Path.GetDirectoryName(root.TrimEnd(Path.DirectorySeparatorChar)) ?? throw new InvalidOperationException("Cluster.sln is in no folder above the tests.");
        string examples = Path.Combine(root, "examples");
        string[] files = Directory.Exists(examples) ? Directory.GetFiles(examples, "*.sql", SearchOption.AllDirectories) : [];
        if (files.Length == 0)
            Assert.Skip("there is no example of SQL in this checkout");
        foreach (string file in files)
        {
            IReadOnlyList<StatementSyntax> script = SqlParser.ParseScript(File.ReadAllText(file));
            script.ShouldNotBeEmpty(file);
            SqlParser.ParseScript(SqlPrinter.Print(script)).ShouldBe(script, file);
            SqlParser.ParseScript(string.Join(";\n", script.Select(SqlPrinter.PrintLines))).ShouldBe(script, file);
        }
    }
}
