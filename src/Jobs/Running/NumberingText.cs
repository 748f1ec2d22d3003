using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.Running;

/// <summary>Sets where a target goes on numbering rows: at the source's next number, and behind the greatest one that is there.</summary>
static class NumberingText
{
    /// <summary>The statement; null where the target sees to it itself.</summary>
    public static string? SetNext(IDatabase target, TablePlan plan)
    {
        IDialect dialect = target.Dialect;
        if (plan.Target.Columns.FirstOrDefault(column => column.IsIdentity) is not { } column) return null;
        string table = dialect.Quote(plan.Target.Name), name = dialect.Quote(column.Name);
        string? greatest = CatalogQuery.Value(target, $"SELECT max({name}) FROM {table}");
        long last = long.TryParse(greatest, CultureInfo.InvariantCulture, out long found) ? found : 0, next = Math.Max(last + 1, plan.IdentityNext ?? 1);
        string number = next.ToString(CultureInfo.InvariantCulture);
        return dialect.Engines[0] switch
        {
            "postgresql" => $"SELECT setval(pg_get_serial_sequence({Literal(table)}, {Literal(column.Name)}), {number}, false)",
            "mysql" => $"ALTER TABLE {table} AUTO_INCREMENT = {number}",
            "sqlserver" => $"DBCC CHECKIDENT ('{table.Replace("'", "''", StringComparison.Ordinal)}', RESEED, {(next - 1).ToString(CultureInfo.InvariantCulture)})",
            _ => null,
        };
    }

    static string Literal(string text) => $"E'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";
}
