using MySql.Data.MySqlClient;
using Orrery.Connectors.Dialects;
using Orrery.Jobs.Archives;
using Orrery.Retail.Business;
using Orrery.Retail.MySql;
using Orrery.Tests.Servers;

namespace Orrery.Retail.Tests.Archives;

/// <summary>Closed years of the example's ERP go to an archive by the rules that are shipped with it.</summary>
public sealed class CarryForwardTests
{
    const int Transactions = 8_000;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Three_closed_years_of_the_ERP_are_carried_forward_proven_and_brought_back_as_they_were()
    {
        if (MariaDbServer.Missing is { } missing)
            Assert.Skip(missing);
        await using var server = await MariaDbServer.Start(performanceSchema: false);
        await using (MySqlTarget target = await MySqlTarget.OpenAsync(server.ConnectionString, startsAnew: true, TestContext.Current.CancellationToken))
        {
            // Four years and a half, from the beginning of 2022.
            var model = new RetailModel(new RetailOptions { Seed = 5, Shops = 8, Products = 40, Members = 40, Remembered = 120 });
            var at = new DateTime(2022, 1, 3, 0, 0, 0, DateTimeKind.Utc);
            for (int number = 0; number < Transactions; number++)
                await target.ApplyAsync(model.Next(at = at.AddMinutes(295)), TestContext.Current.CancellationToken);
        }

        string file = Path.Combine(Path.GetTempPath(), $"orrery-carry-{Path.GetRandomFileName()}.db");
        try
        {
            IDatabase Erp() => Dialect("mysql").Open(server.ConnectionString + ";Database=k3cloud", Patience);
            IDatabase Old() => Dialect("sqlite").Open($"Data Source={file}", Patience);
            Close(Erp);
            ArchiveRules rules = ArchiveRules.Parse(await File.ReadAllTextAsync(RulesFile(), TestContext.Current.CancellationToken));
            var options = new ArchiveOptions("closed", new DateOnly(2025, 1, 1)) { ChunkDocuments = 100 };
            var run = new ArchiveRun(Erp, Old, rules, options, TimeProvider.System);
            Dictionary<string, RowDigest> before = Digests(Erp, rules);

            ArchivePlan plan = run.Plan(TestContext.Current.CancellationToken);
            plan.Warnings.ShouldBeEmpty();
            plan.Kinds.Single(static kind => kind.Document == "sales order").Going.ShouldBeGreaterThan(20);
            plan.Kinds.Sum(static kind => kind.Held.GetValueOrDefault(Hold.Linked)).ShouldBeGreaterThan(20);

            ArchiveReport report = run.Run(static _ => { }, TestContext.Current.CancellationToken);
            Told(report).ShouldBe("");
            report.Documents.ShouldBe(plan.Kinds.Sum(static kind => kind.Going));
            report.Balances.Select(static balance => balance.Places).ShouldAllBe(static places => places > 0);
            report.Checks.ShouldAllBe(static check => check.Before == 0);
            Dictionary<string, RowDigest> left = Digests(Erp, rules), gone = Digests(Old, rules);
            foreach ((string table, RowDigest digest) in before)
                (left[table] + gone[table]).ShouldBe(digest, table);
            gone["t_sal_orderentry_f"].Count.ShouldBeGreaterThan(20);

            ArchiveReport back = new ArchiveRestore(Erp, Old, rules, options.Name, TimeProvider.System).Run(null, static _ => { }, TestContext.Current.CancellationToken);
            Told(back).ShouldBe("");
            Digests(Erp, rules).ShouldBe(before);
            using IDatabase erp = Erp();
            using var opening = new MySqlCommand("SELECT COUNT(*) FROM orrery_archive_opening WHERE amount <> 0", (MySqlConnection)erp.Connection);
            Convert.ToInt64(await opening.ExecuteScalarAsync(TestContext.Current.CancellationToken), System.Globalization.CultureInfo.InvariantCulture).ShouldBe(0);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>At a year's end what was never audited is cancelled, and what is owed is written off.</summary>
    static void Close(Func<IDatabase> open)
    {
        using IDatabase erp = open();
        foreach (string table in new[] { "t_sal_order", "t_sal_outstock", "t_ar_receivable", "t_pur_poorder", "t_stk_instock", "t_pur_mrb", "t_ap_payable", "t_stk_stktransferin", "t_prd_mo" })
            erp.Execute($"UPDATE {table} SET FCANCELSTATUS = 'B' WHERE FDOCUMENTSTATUS <> 'C' AND FDATE < '2024-12-01'");
        foreach (string table in new[] { "t_ar_receivable", "t_ap_payable" })
            erp.Execute($"UPDATE {table} SET FWRITTENOFFAMOUNT = FALLAMOUNTFOR WHERE FDATE < '2024-12-01'");
    }

    static string Told(ArchiveReport report) => string.Join('\n', [.. report.Balances.SelectMany(static balance => balance.Differences.Select(each => $"{balance.Name}: {each}")), .. report.Checks.Where(static check => check.After > 0).Select(static check => $"{check.Name}: {check.After}")]);

    static Dictionary<string, RowDigest> Digests(Func<IDatabase> open, ArchiveRules rules)
    {
        using IDatabase database = open();
        var names = database.ListTables().ToDictionary(static table => table.Name, StringComparer.OrdinalIgnoreCase);
        return rules.Documents.SelectMany(static rule => rule.Parts.Select(static part => part.Table).Prepend(rule.Table)).ToDictionary(static name => name, name =>
        {
            TableDefinition table = database.ReadTable(names[name]);
            return database.Digest(table, [.. table.Columns.Select(static column => (column.Name, column.Type))], KeyRange.All);
        });
    }

    static IDialect Dialect(string engine) => DialectList.TryFind(engine, out IDialect? dialect) ? dialect : throw new ArgumentException(engine);

    static string RulesFile()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Cluster.sln")))
            folder = Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar)) ?? throw new InvalidOperationException("Cluster.sln is in no folder above the tests.");
        return Path.Combine(folder, "examples", "retail", "archive", "erp.json");
    }
}
