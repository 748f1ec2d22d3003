using System.Text.Json;
using Microsoft.Data.Sqlite;
using Orrery.Connectors.Sqlite;
using Orrery.Jobs.Certificates;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Work;

namespace Orrery.Jobs.Tests.Work;

/// <summary>Jobs as definitions in JSON.</summary>
public sealed class JobKindTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("orrery-job-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_migration_is_assessed_run_and_certified_by_its_definition_and_a_second_run_finds_it_done()
    {
        string from = Fill("from.db", 500), to = Path.Combine(folder, "to.db");
        JsonElement definition = Parse(new { kind = "migrate", from = $"sqlite:{from}", to = $"sqlite:{to}", chunkRows = 100 });
        IJobKind kind = JobKinds.Of(definition);
        var context = new JobContext("acme.nightly.1", TimeProvider.System, folder);
        JobAssessment assessment = await kind.AssessAsync(definition, context, TestContext.Current.CancellationToken);
        assessment.Blockers.ShouldBeEmpty();
        assessment.Tables.ShouldHaveSingleItem().Name.ShouldBe("many");
        JobResult result = await kind.RunAsync(definition, context, TestContext.Current.CancellationToken);
        result.IsGood.ShouldBeTrue(result.Summary);
        result.Rows.ShouldBe(500);
        SignedCertificate certificate = SignedCertificate.Read(result.Certificate.ShouldNotBeNull());
        certificate.IsGenuine().ShouldBeTrue();
        certificate.Certificate.Job.ShouldBe("acme.nightly.1");
        (await kind.RunAsync(definition, context, TestContext.Current.CancellationToken)).Summary.ShouldContain("500 rows; 0 of them in this run");
    }

    [Fact]
    public async Task A_verification_says_that_databases_differ()
    {
        JsonElement definition = Parse(new { kind = "verify", from = $"sqlite:{Fill("one.db", 10)}", to = $"sqlite:{Fill("two.db", 11)}" });
        JobResult result = await JobKinds.Of(definition).RunAsync(definition, new JobContext("compare", TimeProvider.System, folder), TestContext.Current.CancellationToken);
        result.IsGood.ShouldBeFalse();
        SignedCertificate.Read(result.Certificate!).Certificate.Tables.ShouldHaveSingleItem().OnlyInTo.ShouldBe(1);
    }

    [Fact]
    public void Wrong_definitions_are_refused_with_every_fault_and_without_secrets()
    {
        Refusal(new { kind = "copy" }).ShouldContain("it can be migrate, verify");
        Refusal(new { kind = "migrate", from = "mysql://root:verysecret@/x", to = "sqlite:a.db", parallel = 100, hours = "late" }).ShouldSatisfyAllConditions(
            text => text.ShouldContain("from:"), text => text.ShouldContain("hours is 'late'"), text => text.ShouldNotContain("verysecret"));
        Refusal(new { kind = "migrate", from = "sqlite:a.db", to = "sqlite:b.db", chunks = 3 }).ShouldContain("no field 'chunks'; fields are kind, append");
        Refusal(new { kind = "migrate", from = "sqlite:a.db", to = "sqlite:b.db", parallel = "verysecret" }).ShouldSatisfyAllConditions(text => text.ShouldContain("'parallel'"), text => text.ShouldNotContain("verysecret"));
        JobKinds.TryFind("migrate", out IJobKind? migrate).ShouldBeTrue();
        migrate.Show("from", "mysql://root:verysecret@db:3306/shop").ShouldBe("mysql://root@db:3306/shop");
    }

    [Fact]
    public void Every_replica_of_an_archive_is_an_address_that_a_silo_has_to_be_allowed_and_is_shown_without_its_password()
    {
        JobKinds.TryFind("archive", out IJobKind? archive).ShouldBeTrue();
        JsonElement definition = Parse(new { kind = "archive", from = "mysql://a/erp", to = "sqlite:a.db", replicas = "mysql://u:pw1@b/erp\nmysql://u:pw2@c/erp" });
        archive.Reaches(definition).Where(reached => reached.Field == "replicas").Select(reached => reached.Address).ShouldBe(["mysql://u:pw1@b/erp", "mysql://u:pw2@c/erp"]);
        archive.Show("replicas", "mysql://u:pw1@b/erp mysql://u:pw2@c/erp").ShouldBe("mysql://u@b/erp mysql://u@c/erp");
    }

    [Fact]
    public async Task A_DataX_file_is_a_job_whose_text_files_lie_below_folders_that_are_allowed_wherever_links_lead()
    {
        string inside = Directory.CreateDirectory(Path.Combine(folder, "inside")).FullName, outside = Directory.CreateDirectory(Path.Combine(folder, "outside")).FullName;
        File.WriteAllText(Path.Combine(inside, "rows.csv"), "1,one\n2,two\n3,three\n");
        File.WriteAllText(Path.Combine(outside, "rows.csv"), "1,secret\n");
        File.CreateSymbolicLink(Path.Combine(inside, "link.csv"), Path.Combine(outside, "rows.csv"));
        Directory.CreateSymbolicLink(Path.Combine(inside, "out"), outside);
        string to = Path.Combine(inside, "to.db");
        Fill("inside/to.db", 0);
        var context = new JobContext("acme.datax.1", TimeProvider.System, Path.Combine(folder, "work")) { Files = new FileBounds([inside]) };
        JsonElement definition = DataX(Path.Combine(inside, "rows.csv"), to);
        IJobKind kind = JobKinds.Of(definition);
        kind.Check(definition);
        kind.Reaches(definition).Select(reached => reached.Address).ShouldBe([Path.Combine(inside, "rows.csv"), $"sqlite:Data Source={to}"]);
        (await kind.AssessAsync(definition, context, TestContext.Current.CancellationToken)).Blockers.ShouldBeEmpty();
        JobResult result = await kind.RunAsync(definition, context, TestContext.Current.CancellationToken);
        (result.IsGood, result.Rows).ShouldBe((true, 3), result.Summary);
        foreach (string path in (string[])[Path.Combine(outside, "rows.csv"), Path.Combine(inside, "..", "outside", "rows.csv"), Path.Combine(inside, "out", "rows.csv"), Path.Combine(inside, "link.csv"), Path.Combine(inside, "out", "*.csv")])
        {
            JsonElement escaping = DataX(path, to);
            (await kind.AssessAsync(escaping, context, TestContext.Current.CancellationToken)).Blockers.ShouldHaveSingleItem().ShouldContain("Orrery:Channels:Folders");
            (await Should.ThrowAsync<Exception>(() => kind.RunAsync(escaping, context, TestContext.Current.CancellationToken))).Message.ShouldContain("not below a folder");
        }

        // A star finds the link, which is refused by what it leads to; SQLite's own statements open no other file.
        await Should.ThrowAsync<UnauthorizedAccessException>(() => kind.RunAsync(DataX(Path.Combine(inside, "*.csv"), to), context, TestContext.Current.CancellationToken));
        await Should.ThrowAsync<SqliteException>(() => kind.RunAsync(DataX(Path.Combine(inside, "rows.csv"), to, $"ATTACH DATABASE '{Path.Combine(outside, "x.db")}' AS other"), context, TestContext.Current.CancellationToken));
        File.Exists(Path.Combine(outside, "x.db")).ShouldBeFalse();
        // On an agent files are its site's own.
        (await kind.RunAsync(DataX(Path.Combine(outside, "rows.csv"), to), context with { Job = "acme.datax.2", Files = FileBounds.None }, TestContext.Current.CancellationToken)).Rows.ShouldBe(1);
    }

    [Fact]
    public void A_DataX_files_passwords_are_hidden_and_each_of_its_databases_is_named()
    {
        JsonElement definition = Parse(new
        {
            kind = "datax",
            define = new { day = "2024-05-06" },
            file = new
            {
                job = new
                {
                    setting = new { speed = new { channel = 1 } },
                    content = new[]
                    {
                        new
                        {
                            reader = new { name = "mysqlreader", parameter = new { username = "u", password = "verysecret", column = new[] { "*" }, connection = new[] { new { jdbcUrl = new[] { "jdbc:mysql://erp:3306/shop?password=othersecret&useSSL=false" }, table = new[] { "t" } } } } },
                            writer = (object)new { name = "streamwriter", parameter = new { print = false } },
                        },
                    },
                },
            },
        });
        IJobKind kind = JobKinds.Of(definition);
        kind.Check(definition);
        kind.Reaches(definition).ShouldHaveSingleItem().Address.ShouldContain("erp");
        string shown = kind.Show("file", definition.GetProperty("file").GetRawText());
        shown.ShouldSatisfyAllConditions(text => text.ShouldNotContain("secret"), text => text.ShouldContain("mysqlreader"), text => text.ShouldContain("useSSL=false"));
        kind.Show("define", definition.GetProperty("define").GetRawText()).ShouldBe("""{"day":"(kept)"}""");
        Refusal(new { kind = "datax", file = JsonSerializer.Deserialize<JsonElement>(shown) }).ShouldContain("has to have its passwords");
        Refusal(new { kind = "datax" }).ShouldContain("file is missing");
        Refusal(new { kind = "datax", file = new { job = new { content = Array.Empty<object>() } } }).ShouldContain("$.job.content");
    }

    static JsonElement DataX(string path, string to, params string[] before) => Parse(new
    {
        kind = "datax",
        file = new
        {
            job = new
            {
                setting = new { speed = new { channel = 1 } },
                content = new[]
                {
                    new
                    {
                        reader = new { name = "txtfilereader", parameter = new { path = new[] { path }, column = new[] { new { index = 0, type = "long" }, new { index = 1, type = "string" } } } },
                        writer = new { name = "sqlitewriter", parameter = new { column = new[] { "id", "text" }, preSql = (string[])["DELETE FROM @table", .. before], connection = new[] { new { jdbcUrl = $"jdbc:sqlite:{to}", table = new[] { "many" } } } } },
                    },
                },
            },
        },
    });

    static string Refusal(object definition)
    {
        JsonElement read = Parse(definition);
        return Should.Throw<ArgumentException>(() => JobKinds.Of(read).Check(read)).Message;
    }

    static JsonElement Parse(object definition) => JsonSerializer.SerializeToElement(definition);

    string Fill(string name, int rows)
    {
        string path = Path.Combine(folder, name);
        using SqliteConnection connection = SqliteConnections.Open($"Data Source={path}");
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"CREATE TABLE many (id INTEGER PRIMARY KEY, text VARCHAR(40)); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) INSERT INTO many SELECT i, 'text ' || i FROM n";
        command.ExecuteNonQuery();
        return path;
    }
}
