using System.Runtime.CompilerServices;
using Orrery.Retail.Pipelines;
using Orrery.Retail.Schema;

namespace Orrery.Retail.Tests.Pipelines;

public sealed class SourcesFileTests
{
    [Fact]
    public void The_source_tables_of_the_pipelines_are_those_of_the_schema()
    {
        string path = Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "examples", "retail", "pipelines", RetailPipelines.SourcesFile);
        string expected = RetailPipelines.SourcesText(RetailSchema.Instance);
        if (Environment.GetEnvironmentVariable("ORRERY_GOLDEN") == "write")
            File.WriteAllText(path, expected);
        File.ReadAllText(path).ReplaceLineEndings("\n").ShouldBe(expected);
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
