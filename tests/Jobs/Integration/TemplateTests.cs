using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Connectors.Dialects;
using Orrery.Jobs.Integration;
using Orrery.Jobs.DataModels;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Work;

namespace Orrery.Jobs.Tests.Integration;

/// <summary>The shipped mappings of K/3 WISE, over a few rows under its names.</summary>
public sealed class TemplateTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("orrery-integrate-").FullName;

    DatabaseAddress Source => DatabaseAddress.Parse($"sqlite:{folder}/wise.db");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Tables_are_made_by_the_shipped_model_and_filled_by_the_shipped_mapping_and_both_sides_are_equal()
    {
        Fill();
        DatabaseAddress target = DatabaseAddress.Parse($"sqlite:{folder}/tables.db");
        using (IDatabase database = target.Open())
            LiveComparison.Run(database, ModelScript.Build(ModelSchema.Of(ModelFile.Parse("k3wise-tables.yaml", Shipped("models/k3wise-tables.yaml")), database.Dialect)), withDestructive: true, TestContext.Current.CancellationToken);
        Mapping mapping = MappingFile.Parse("k3wise-to-tables.yaml", Shipped("integration/k3wise-to-tables.yaml"));
        IntegrationReport report = Run(mapping, $"sqlite:{folder}/tables.db", reconcile: false);
        report.Entities.Select(entity => (entity.Entity, entity.Created, entity.Rejected)).ShouldBe([("customers", 2, 0), ("materials", 2, 0), ("orders", 1, 0), ("stock", 2, 0)], string.Join('\n', report.Entities.SelectMany(entity => entity.Lines)));
        target.Ask("SELECT quantity FROM order_lines WHERE material = '1.01'").ShouldBe("2.5000");
        target.Ask("SELECT unit FROM materials WHERE number = '1.02'").ShouldBe("KG");
        Run(mapping, $"sqlite:{folder}/tables.db", reconcile: true).IsEqual.ShouldBeTrue();
    }

    [Fact]
    public async Task A_K3_Cloud_gets_them_by_the_shipped_mapping_as_a_job_of_the_cluster_and_a_second_run_changes_nothing()
    {
        await using CloudServer server = await CloudServer.Start();
        Fill();
        var kind = new IntegrateKind();
        JsonElement definition = JsonSerializer.SerializeToElement(new { kind = "integrate", mapping = Shipped("integration/k3wise-to-k3cloud.yaml"), from = $"sqlite:{folder}/wise.db", to = server.Address });
        var context = new JobContext("wise", TimeProvider.System, Path.Combine(folder, "job"));
        kind.Check(definition);
        kind.Show("to", server.Address).ShouldNotContain("secret");
        (await kind.AssessAsync(definition, context, TestContext.Current.CancellationToken)).RowsEstimate.ShouldBe(7);
        server.Forms.Values.Sum(documents => documents.Count).ShouldBe(0);
        JobResult result = await kind.RunAsync(definition, context, TestContext.Current.CancellationToken);
        result.IsGood.ShouldBeTrue(File.Exists(context.RejectFile) ? File.ReadAllText(context.RejectFile) : result.Summary);
        result.Summary.ShouldBe("4 entities, 7 documents: 7 new, 0 changed, 0 rejected.");
        JsonObject order = server.Of("SAL_SaleOrder").Single();
        order["FSaleOrderEntry"]![0]!["FMaterialId"]!["FNumber"]!.ToString().ShouldBe("1.01");
        order["FDocumentStatus"]!.ToString().ShouldBe("C");
        server.Of("STK_MISCELLANEOUS").Select(document => document["FDocumentStatus"]!.ToString()).ShouldBe(["B", "B"]);
        (await kind.RunAsync(definition, context, TestContext.Current.CancellationToken)).Summary.ShouldBe("4 entities, 6 documents: 0 new, 0 changed, 0 rejected.", "orders are read from the last one on, which is cancelled");
        JsonElement wrong = JsonSerializer.SerializeToElement(new { kind = "integrate", mapping = "integration: x", from = "sqlite:a.db", to = "k3cloud:nowhere" });
        Should.Throw<ArgumentException>(() => kind.Check(wrong)).Message.ShouldContain("lacks 'entities'");
    }

    IntegrationReport Run(Mapping mapping, string to, bool reconcile) =>
        new IntegrationRun(mapping, Source, to, new IntegrationOptions { IsReconciliation = reconcile, RejectFile = Path.Combine(folder, "rejects.jsonl") }, TimeProvider.System, null).Run(TestContext.Current.CancellationToken);

    void Fill() => Source.Run(
        "CREATE TABLE t_MeasureUnit (FMeasureUnitID INT, FNumber VARCHAR(30))", "INSERT INTO t_MeasureUnit VALUES (1, 'PCS'), (2, 'KG')",
        "CREATE TABLE t_Organization (FItemID INT, FNumber VARCHAR(80), FName VARCHAR(255), FShortName VARCHAR(80), FAddress VARCHAR(255), FPhone VARCHAR(80), FContact VARCHAR(80), FTaxNum VARCHAR(80), FDeleted SMALLINT)",
        "INSERT INTO t_Organization VALUES (11, '01.001', '东方贸易', '东方', '上海', '021', NULL, '91310000', 0), (12, '01.002', '南方 ', '', NULL, NULL, NULL, NULL, 0)",
        "CREATE TABLE t_ICItem (FItemID INT, FNumber VARCHAR(80), FName VARCHAR(255), FModel VARCHAR(255), FUnitID INT, FDeleted SMALLINT)", "INSERT INTO t_ICItem VALUES (21, '1.01', '螺丝', 'M8', 1, 0), (22, '1.02', '钢板', NULL, 2, 0)",
        "CREATE TABLE t_Stock (FItemID INT, FNumber VARCHAR(80))", "INSERT INTO t_Stock VALUES (31, 'CK1'), (32, 'CK2')",
        "CREATE TABLE SEOrder (FInterID INT, FBillNo VARCHAR(80), FDate DATETIME(0), FCustID INT, FCurrencyID INT, FStatus SMALLINT, FCancellation BOOLEAN, FClosed INT, FExplanation VARCHAR(255))",
        "INSERT INTO SEOrder VALUES (1001, 'SEORD000001', '2024-03-05 00:00:00', 11, 1, 1, 0, 0, '加急'), (1002, 'SEORD000002', '2024-03-06 00:00:00', 12, 1, 1, 1, 0, NULL)",
        "CREATE TABLE SEOrderEntry (FInterID INT, FEntryID INT, FItemID INT, FUnitID INT, FQty DECIMAL_TEXT(28,10), FPrice DECIMAL_TEXT(28,10), FDate DATETIME(0))",
        "INSERT INTO SEOrderEntry VALUES (1001, 1, 21, 1, '2.5000000000', '10.0000000000', '2024-03-20 00:00:00'), (1001, 2, 22, 2, '1.0000000000', '99.5000000000', '2024-03-20 00:00:00')",
        "CREATE TABLE ICInventory (FItemID INT, FStockID INT, FBatchNo VARCHAR(80), FQty DECIMAL(28,10))", "INSERT INTO ICInventory VALUES (21, 31, '', 5), (21, 31, '', 1.5), (22, 32, 'L1', 3)");

    static string Shipped(string name)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Cluster.sln"))) root = root.Parent!;
        return File.ReadAllText(Path.Combine(root.FullName, "examples", name));
    }
}
