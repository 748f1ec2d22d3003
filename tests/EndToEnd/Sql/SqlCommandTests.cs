using System.CommandLine;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orrery.Cli.Sql;

namespace Orrery.EndToEnd.Tests.Sql;

/// <summary><c>orrery sql</c> against a server that answers as the API does.</summary>
public sealed class SqlCommandTests : IAsyncLifetime
{
    const string Columns = """[{"name":"shop","type":"STRING NOT NULL"},{"name":"amount","type":"DECIMAL(38, 2)"}]""";
    const string Rows = """[["杭州","120.50"],["a,\"b\"",null]]""";
    readonly List<string> asked = [];
    WebApplication server = null!;

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        server = builder.Build();
        server.MapPost("/api/v1/session", () => Results.Text("""{"token":"secret"}""", "application/json"));
        server.MapGet("/api/v1/session", () => Results.Text("""{"tenant":"acme"}""", "application/json"));
        server.MapPost("/api/v1/tenants/acme/sql", Run);
        server.MapGet("/api/v1/tenants/acme/sql/subscribe", Subscribe);
        await server.StartAsync();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    IResult Run(JsonElement body)
    {
        string text = body.GetProperty("text").GetString()!;
        asked.Add(text);
        int wrong = text.IndexOf("FORM", StringComparison.Ordinal);
        if (wrong >= 0)
            return Results.Text($$"""{"status":400,"detail":"'FORM' is not expected here.","statement":1,"line":1,"column":{{wrong + 1}},"offset":{{wrong}},"length":4}""", "application/problem+json", statusCode: 400);
        string answer = text.StartsWith("EXPLAIN", StringComparison.Ordinal)
            ? """{"statement":"","kind":"plan","columns":[],"rows":[],"isTruncated":false,"message":null,"plan":[{"id":0,"title":"Scan","detail":"orders","inputs":[],"rowsIn":3,"rowsOut":3,"ratePerSecond":1.5,"stateRows":0,"stateBytes":0},{"id":1,"title":"Join","detail":"on id","inputs":[0,0],"rowsIn":6,"rowsOut":3,"ratePerSecond":0,"stateRows":3,"stateBytes":96}],"lineage":null,"elapsedMilliseconds":2}"""
            : text.StartsWith("INSERT", StringComparison.Ordinal)
            ? """{"statement":"","kind":"done","columns":[],"rows":[],"isTruncated":false,"message":"2 rows were added.","plan":null,"lineage":null,"elapsedMilliseconds":1.25}"""
            : $$"""{"statement":"","kind":"rows","columns":{{Columns}},"rows":{{Rows}},"isTruncated":false,"message":null,"plan":null,"lineage":null,"elapsedMilliseconds":3.4}""";
        return Results.Text($$"""{"results":[{{answer}}]}""", "application/json");
    }

    async Task Subscribe(HttpContext http, string query)
    {
        asked.Add(query);
        http.Response.ContentType = "text/event-stream";
        await http.Response.WriteAsync($$"""
            id: 1
            event: snapshot
            data: {"epoch":1,"columns":{{Columns}},"rows":[["a","1"]]}

            : alive

            id: 2
            event: changes
            data: [{"weight":-1,"row":["a","1"]},{"weight":1,"row":["a","2"]}]


            """.ReplaceLineEndings("\n"));
        await http.Response.Body.FlushAsync();
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration leaving = http.RequestAborted.Register(left.SetResult);
        await left.Task;
    }

    Task<(int Code, string Output, string Notes)> SqlAsync(CancellationToken cancellationToken, params string[] arguments) => SqlAsync(server.Urls.First(), cancellationToken, arguments);

    static async Task<(int Code, string Output, string Notes)> SqlAsync(string url, CancellationToken cancellationToken, string[] arguments)
    {
        using var output = new StringWriter();
        using var notes = new StringWriter();
        using var folder = new TemporaryFolder();
        string password = Path.Combine(folder.Path, "password");
        await File.WriteAllTextAsync(password, "secret", cancellationToken);
        var root = new RootCommand { SqlCommand.Create() };
        int code = await root.Parse(["sql", "--url", url, "--password-file", password, .. arguments])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = notes, ProcessTerminationTimeout = null }, cancellationToken);
        return (code, output.ToString().ReplaceLineEndings("\n"), notes.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Answers_are_tables_with_numbers_at_the_right_and_wide_signs_counted()
    {
        var (code, output, notes) = await SqlAsync(TestContext.Current.CancellationToken, "-c", "SELECT * FROM sales; INSERT INTO t VALUES (1)");
        code.ShouldBe(0, notes);
        output.ShouldBe("""
            shop  | amount
            ------+-------
            杭州  | 120.50
            a,"b" |   NULL
            (2 rows, 3.4 ms)
            (2 rows were added, 1.3 ms)

            """.ReplaceLineEndings("\n"));
        asked.ShouldBe(["SELECT * FROM sales", "INSERT INTO t VALUES (1)"]);
    }

    [Fact]
    public async Task Csv_has_the_rows_alone_and_json_an_answer_a_line()
    {
        var csv = await SqlAsync(TestContext.Current.CancellationToken, "--tenant", "acme", "--format", "csv", "-c", "SELECT 1");
        csv.Output.ShouldBe("shop,amount\n杭州,120.50\n\"a,\"\"b\"\"\",\n");
        csv.Notes.ShouldBe("(2 rows, 3.4 ms)\n");
        var json = await SqlAsync(TestContext.Current.CancellationToken, "--format", "json", "-c", "SELECT 1; SELECT 2");
        string[] lines = json.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        JsonDocument.Parse(lines[0]).RootElement.GetProperty("rows")[0][0].GetString().ShouldBe("杭州");
    }

    [Fact]
    public async Task What_is_wrong_is_told_with_its_place_in_the_file_and_ends_with_1()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "wrong.sql");
        await File.WriteAllTextAsync(file, "SELECT 1;\n\nSELECT shop\nFORM sales;\nSELECT 3;\n", TestContext.Current.CancellationToken);
        var (code, output, notes) = await SqlAsync(TestContext.Current.CancellationToken, "-f", file);
        code.ShouldBe(1);
        notes.ShouldBe("orrery: wrong.sql, line 4, column 1: 'FORM' is not expected here.\n  FORM sales;\n  ^^^^\n");
        // The statement before it was run, the one after it was not.
        output.ShouldContain("(2 rows, 3.4 ms)");
        asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_plan_is_a_tree_and_what_is_read_twice_is_shown_once()
    {
        var (_, output, _) = await SqlAsync(TestContext.Current.CancellationToken, "-c", "EXPLAIN SELECT 1");
        output.ShouldBe("""
            Join on id  [in 6, out 3, 0/s, state 3 rows in 96 B]
              Scan orders  [in 3, out 3, 1.5/s]
              Scan (as above)
            (2 ms)

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task A_subscription_tells_its_rows_and_changes_until_it_is_ended()
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var output = new LineListener("+ a | 2");
        Task<int> running = RunAsync();
        await output.Heard.WaitAsync(OrreryProcess.Patience, TestContext.Current.CancellationToken);
        await ending.CancelAsync();
        (await running.WaitAsync(OrreryProcess.Patience, TestContext.Current.CancellationToken)).ShouldBe(0);
        output.ToString().ReplaceLineEndings("\n").ShouldEndWith("(1 rows now; changes follow, Ctrl-C ends them)\n- a | 1\n+ a | 2\n");
        asked.ShouldBe(["sales"]);

        async Task<int> RunAsync()
        {
            using var folder = new TemporaryFolder();
            string password = Path.Combine(folder.Path, "password");
            await File.WriteAllTextAsync(password, "secret", TestContext.Current.CancellationToken);
            return await new RootCommand { SqlCommand.Create() }.Parse(["sql", "--url", server.Urls.First(), "--password-file", password, "-c", "SUBSCRIBE sales"])
                .InvokeAsync(new InvocationConfiguration { Output = output, Error = output, ProcessTerminationTimeout = null }, ending.Token);
        }
    }

    [Fact]
    public async Task Two_sources_of_statements_and_a_server_that_is_not_there_are_refused()
    {
        (await SqlAsync(TestContext.Current.CancellationToken, "-c", "SELECT 1", "-f", "a.sql")).Code.ShouldNotBe(0);
        var away = await SqlAsync("http://127.0.0.1:1", TestContext.Current.CancellationToken, ["-c", "SELECT 1"]);
        away.Code.ShouldBe(1);
        away.Notes.ShouldContain("127.0.0.1:1");
        var nowhere = await SqlAsync(TestContext.Current.CancellationToken, "-f", "no-such-file.sql");
        nowhere.Code.ShouldBe(1);
        nowhere.Notes.ShouldContain("no-such-file.sql");
    }

    /// <summary>Keeps what is written, and says when a line was.</summary>
    sealed class LineListener(string wanted) : StringWriter
    {
        readonly TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Heard => heard.Task;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value == wanted)
                heard.TrySetResult();
        }
    }
}
