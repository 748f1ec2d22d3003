using System.Net;
using System.Text.Json;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Process;

[Collection(ApiCollection.Name)]
public sealed class ProcessTests(ApiHost host)
{
    [Fact]
    public async Task A_process_that_serves_says_so()
    {
        (await host.Stranger.ReadAsync("/healthz")).GetProperty("status").GetString().ShouldBe("live");
        (await host.Stranger.ReadAsync("/readyz")).GetProperty("status").GetString().ShouldBe("ready");
    }

    [Fact]
    public async Task About_tells_the_vendor_more_than_a_tenant()
    {
        JsonElement all = await host.Operator.ReadAsync("/api/v1/about");
        all.GetProperty("version").GetString().ShouldNotBeNullOrEmpty();
        all.GetProperty("startedAt").GetDateTimeOffset().ShouldBeLessThanOrEqualTo(DateTimeOffset.UtcNow);
        all.GetProperty("data").EnumerateObject().ShouldNotBeEmpty();
        all.GetProperty("grains").GetArrayLength().ShouldBeGreaterThan(3);
        all.GetProperty("ingest").GetProperty("samplesPerSecond").ValueKind.ShouldBe(JsonValueKind.Number);
        (await host.AcmeViewer.ReadAsync("/api/v1/about")).GetProperty("grains").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task The_document_of_the_api_is_the_one_that_is_checked_in()
    {
        string made = JsonSerializer.Serialize(await host.Administrator.ReadAsync("/openapi/v1.json"), new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).ReplaceLineEndings("\n") + "\n";
        string file = Path.Combine(Root(), "docs", "reference", "openapi-v1.json");
        if (Environment.GetEnvironmentVariable("ORRERY_UPDATE_SNAPSHOTS") == "1")
            await File.WriteAllTextAsync(file, made);
        made.ShouldBe(await File.ReadAllTextAsync(file), "the API changed: run the tests with ORRERY_UPDATE_SNAPSHOTS=1 and look at the difference of docs/reference/openapi-v1.json");
    }

    [Fact]
    public async Task The_document_lists_every_path_of_the_reference()
    {
        JsonElement paths = (await host.Administrator.ReadAsync("/openapi/v1.json")).GetProperty("paths");
        string reference = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "reference", "api.md"));
        foreach (JsonProperty path in paths.EnumerateObject())
        {
            string last = path.Name.Split('/').Last(part => !part.StartsWith('{'));
            reference.ShouldContain(last, Case.Sensitive, $"docs/reference/api.md does not speak of {path.Name}");
        }
    }

    static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Cluster.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("Cluster.sln stands in no folder above the tests.");
    }
}
