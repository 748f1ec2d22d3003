using System.Text.Json.Nodes;
using Orrery.Jobs.Integration;
using Orrery.Jobs.Integration.Cloud;
using Orrery.Jobs.Plans;

namespace Orrery.Jobs.Tests.Integration;

public sealed class CloudTests : IDisposable
{
    const string Mapped = """
        integration: WISE to Cloud
        codes:
          tax: {"0": SLZS, "1": ZZS}
        lookups:
          customers: {from: target, form: BD_Customer, key: FNumber, value: FNumber}
        entities:
          orders:
            source: {table: t_order}
            target: {form: SAL_SaleOrder, id: FID, number: FBillNo, submit: true, audit: true, batch: 10}
            key: [FBillNo]
            fields:
              FBillNo: no
              FDate: CAST(day AS DATE)
              FCustId.FNumber: {of: customer, lookup: customers}
              FNote: {of: note, initial: true}
            lines:
              source: {table: t_order_line}
              by: {id: order_id}
              target: {entry: FSaleOrderEntry}
              key: [FSeq]
              fields:
                FSeq: seq
                FMaterialId.FNumber: material
                FQty: qty
          customers:
            source: {table: t_customer}
            target: {form: BD_Customer, id: FCUSTID, submit: true, audit: true, batch: 50}
            key: [FNumber]
            rules:
              has a name: name <> ''
            fields:
              FNumber: code
              FName: name
              FTax: {of: tax, code: tax}
              FUseOrgId.FNumber: {default: "100"}
        """;

    static readonly CloudOptions Quick = new() { BackOff = TimeSpan.FromMilliseconds(1), CallMax = TimeSpan.FromSeconds(30) };

    readonly string folder = Directory.CreateTempSubdirectory("orrery-integrate-").FullName;

    DatabaseAddress Source => DatabaseAddress.Parse($"sqlite:{folder}/wise.db");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Customers_and_orders_go_over_in_the_order_of_their_dependencies_and_a_second_run_changes_nothing()
    {
        await using CloudServer server = await CloudServer.Start();
        Fill(120, 30);
        IntegrationReport first = Run(server);
        first.Entities.Select(entity => entity.Entity).ShouldBe(["customers", "orders"]);
        first.Entities.Select(entity => entity.Created).ShouldBe([120, 30]);
        first.Rejected.ShouldBe(0);
        server.Of("BD_Customer").ShouldAllBe(document => document["FDocumentStatus"]!.ToString() == "C");
        JsonObject order = server.Of("SAL_SaleOrder").Single(document => document["FBillNo"]!.ToString() == "SO0007");
        order["FCustId"]!["FNumber"]!.ToString().ShouldBe("C0007");
        order["FDate"]!.ToString().ShouldBe("2024-03-05");
        order["FSaleOrderEntry"]!.AsArray().Count.ShouldBe(2);
        order["FSaleOrderEntry"]![1]!["FQty"]!.ToJsonString().ShouldBe("2.5");
        int saves = server.Calls.Count(call => call == "BatchSave");
        saves.ShouldBe(3 + 3);
        IntegrationReport second = Run(server);
        second.Entities.Sum(entity => entity.Unchanged).ShouldBe(150);
        server.Calls.Count(call => call == "BatchSave").ShouldBe(saves);
        server.Calls.ShouldNotContain("Save");
    }

    [Fact]
    public async Task Sessions_that_are_lost_in_the_middle_and_a_server_that_is_not_ready_cost_no_document()
    {
        await using CloudServer server = await CloudServer.Start();
        Fill(200, 40);
        server.LosesSessionsEvery = 7;
        server.NotReady = 3;
        IntegrationReport report = Run(server);
        report.Rejected.ShouldBe(0);
        server.Of("BD_Customer").Count.ShouldBe(200);
        server.Of("SAL_SaleOrder").Count(document => document["FDocumentStatus"]!.ToString() == "C").ShouldBe(40);
        server.Logins.ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task Documents_that_the_server_refuses_are_put_aside_with_their_own_reason_and_the_rest_of_the_batch_is_saved()
    {
        await using CloudServer server = await CloudServer.Start();
        Fill(60, 0);
        server.Refuses = static model => model["FNumber"]?.ToString() is "C0003" or "C0017" ? "名称重复" : null;
        server.RefusesAudit = static document => document["FNumber"]?.ToString() == "C0005" ? "信用未设置" : null;
        Source.Run("UPDATE t_customer SET name = '' WHERE code = 'C0009'", "UPDATE t_customer SET tax = 7 WHERE code = 'C0010'");
        EntityReport report = Run(server, "customers").Entities.Single();
        report.Rejected.ShouldBe(5);
        string[] rejects = File.ReadAllLines(Path.Combine(folder, "rejects.jsonl"));
        rejects.ShouldContain(line => line.Contains("C0003", StringComparison.Ordinal) && line.Contains("FName: 名称重复", StringComparison.Ordinal));
        rejects.ShouldContain(line => line.Contains("C0005", StringComparison.Ordinal) && line.Contains("saved, and not audited: 信用未设置", StringComparison.Ordinal));
        rejects.ShouldContain(line => line.Contains("has a name", StringComparison.Ordinal));
        rejects.ShouldContain(line => line.Contains("code table 'tax' does not have '7'", StringComparison.Ordinal));
        server.Of("BD_Customer").Count.ShouldBe(56);
        server.Refuses = server.RefusesAudit = static _ => null;
        Source.Run("UPDATE t_customer SET name = 'n' WHERE code = 'C0009'", "UPDATE t_customer SET tax = 1 WHERE code = 'C0010'");
        EntityReport again = Run(server, "customers").Entities.Single();
        (again.Created, again.Finished, again.Rejected, again.Unchanged).ShouldBe((4, 1, 0, 55));
        server.Of("BD_Customer").ShouldAllBe(document => document["FDocumentStatus"]!.ToString() == "C");
    }

    [Fact]
    public async Task A_save_of_which_nobody_answers_is_looked_up_and_not_done_twice()
    {
        await using CloudServer server = await CloudServer.Start();
        Fill(20, 0);
        server.SilentSaves = 1;
        EntityReport report = Run(server, "customers", Quick with { CallMax = TimeSpan.FromSeconds(2) }).Entities.Single();
        (report.Created, report.Rejected).ShouldBe((20, 0));
        server.Calls.Count(call => call == "BatchSave").ShouldBe(1);
        server.Of("BD_Customer").Count.ShouldBe(20);
    }

    [Fact]
    public async Task Queries_are_paged_under_the_cap_and_both_sides_are_reconciled()
    {
        await using CloudServer server = await CloudServer.Start();
        Fill(4300, 0);
        for (int number = 0; number < 4500; number++)
            server.Of("BD_Customer").Add(new JsonObject { ["FCUSTID"] = 10_000 + number, ["FDocumentStatus"] = "C", ["FNumber"] = $"C{number + 5:D4}", ["FName"] = $"客户 {number + 5}", ["FTax"] = "SLZS", ["FUseOrgId"] = new JsonObject { ["FNumber"] = "100" } });
        server.Of("BD_Customer")[40]["FName"] = "别名";
        EntityReport report = Run(server, "customers", reconcile: true).Entities.Single();
        (report.Created, report.Changed, report.OnlyInTarget).ShouldBe((5, 1, 205));
        report.Lines.ShouldContain("customers C0045: FName: '别名' becomes '客户 45'");
        server.LargestAnswer.ShouldBe(CloudServer.QueryRowsMax);
        server.Calls.ShouldNotContain("BatchSave");
    }

    [Fact]
    public async Task A_dry_run_tells_differences_and_an_audited_document_that_differs_is_not_touched()
    {
        await using CloudServer server = await CloudServer.Start();
        Fill(3, 0);
        Run(server, "customers");
        Source.Run("UPDATE t_customer SET name = '新名' WHERE code = 'C0001'", "INSERT INTO t_customer VALUES ('C9999', '又一', 1)");
        EntityReport dry = Run(server, "customers", dryRun: true).Entities.Single();
        dry.Lines.ShouldBe(["customers C0001: FName: '客户 1' becomes '新名'", "customers C9999: is not in the target"], ignoreOrder: true);
        server.Of("BD_Customer").Count.ShouldBe(3);
        EntityReport report = Run(server, "customers").Entities.Single();
        (report.Created, report.Rejected).ShouldBe((1, 1));
        File.ReadAllText(Path.Combine(folder, "rejects.jsonl")).ShouldContain("the document is audited in the target and differs");
    }

    [Fact]
    public async Task A_wrong_password_and_an_address_without_account_are_told()
    {
        await using CloudServer server = await CloudServer.Start();
        Fill(1, 0);
        Should.Throw<CloudException>(() => Run(server.Address.Replace("secret", "wrong", StringComparison.Ordinal), "customers", Quick, false, false)).Message.ShouldContain("用户名或密码错误");
        Should.Throw<FormatException>(() => CloudAddress.Parse("k3cloud:http://a:b@127.0.0.1/K3Cloud")).Message.ShouldContain("account");
        CloudAddress.Parse(server.Address).ToString().ShouldNotContain("secret");
    }

    IntegrationReport Run(CloudServer server, string? only = null, CloudOptions? cloud = null, bool dryRun = false, bool reconcile = false) => Run(server.Address, only, cloud ?? Quick, dryRun, reconcile);

    IntegrationReport Run(string to, string? only, CloudOptions cloud, bool dryRun, bool reconcile)
    {
        var options = new IntegrationOptions { Only = only is null ? [] : [only], Cloud = cloud, IsDryRun = dryRun, IsReconciliation = reconcile, RejectFile = Path.Combine(folder, "rejects.jsonl") };
        return new IntegrationRun(MappingFile.Parse("wise.yaml", Mapped), Source, to, options, TimeProvider.System, null).Run(TestContext.Current.CancellationToken);
    }

    void Fill(int customers, int orders)
    {
        Source.Run(
            "CREATE TABLE t_customer (code VARCHAR(20) PRIMARY KEY, name VARCHAR(100), tax INTEGER)",
            "CREATE TABLE t_order (id INTEGER PRIMARY KEY, no VARCHAR(20), day DATETIME(0), customer VARCHAR(20), note TEXT)",
            "CREATE TABLE t_order_line (order_id INTEGER, seq INTEGER, material VARCHAR(20), qty DECIMAL_TEXT(18,4))",
            $"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {customers}) INSERT INTO t_customer SELECT printf('C%04d', i), '客户 ' || i, 0 FROM n WHERE {customers} > 0",
            $"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {orders}) INSERT INTO t_order SELECT i + 1, printf('SO%04d', i), '2024-03-05 00:00:00', printf('C%04d', i), NULL FROM n WHERE {orders} > 0",
            "INSERT INTO t_order_line SELECT id, 1, 'M1', '1.0000' FROM t_order UNION ALL SELECT id, 2, 'M2', '2.5000' FROM t_order");
    }
}
