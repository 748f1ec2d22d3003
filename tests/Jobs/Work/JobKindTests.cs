using System.Text.Json;
using Microsoft.Data.Sqlite;
using Orrery.Connectors.Sqlite;
using Orrery.Jobs.Certificates;
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
