using System.Globalization;
using System.Numerics;
using Orrery.Dataflow.Graphs;
using Orrery.Dataflow.Tests.Comparison;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Tests.Graphs;

/// <summary>Sums that leave 64 bits, and come back, are what the rows that are there add up to.</summary>
public sealed class WideSumTests
{
    private const string Script = "CREATE TABLE t (id BIGINT NOT NULL, k BIGINT NOT NULL, v BIGINT NOT NULL, d DECIMAL(30, 2) NOT NULL, PRIMARY KEY (id) NOT ENFORCED)";
    private const string Query = "SELECT k, COUNT(*), AVG(v), SUM(d), AVG(d) FROM t GROUP BY k";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Sums_that_leave_64_bits_and_come_back_stay_exact(int seed)
    {
        var random = new Random(seed);
        var catalog = new ScriptCatalog(Script);
        using var graph = new DataflowGraph();
        graph.AddTable(catalog.Relations.Single());
        var view = graph.AddView("v", catalog.View(Query));
        var table = graph.FindTable("t");
        var rows = new Dictionary<long, (long K, long V, BigInteger D)>();
        for (int step = 0; step < 80; step++)
        {
            for (int number = 0; number < 12; number++)
            {
                long id = random.Next(60);
                if (random.Next(100) < step || step == 79)
                {
                    table.Delete(RowValues.FromObjects([id, 0L, 0L, "0.00"], table.Layout, graph.Arena));
                    rows.Remove(id);
                    continue;
                }

                long k = random.Next(4);
                // Of group 0 all sums fit 64 bits, of the others few do.
                long v = k == 0 ? random.Next(-50, 50) : random.NextInt64(long.MinValue, long.MaxValue);
                var d = k == 0 ? v : v * BigInteger.Pow(10, random.Next(8));
                table.Upsert(RowValues.FromObjects([id, k, v, Decimal(d)], table.Layout, graph.Arena));
                rows[id] = (k, v, d);
            }

            graph.Step(step);
            graph.EndStep();
            Rows(view).ShouldBe(rows.Values.GroupBy(static row => row.K).OrderBy(static group => group.Key).Select(static group =>
            {
                var sum = group.Aggregate(BigInteger.Zero, static (total, row) => total + row.D);
                var whole = group.Aggregate(BigInteger.Zero, static (total, row) => total + row.V);
                // Six digits, of which two are there; rounded half away from zero.
                var scaled = sum * 10_000;
                var average = BigInteger.DivRem(2 * BigInteger.Abs(scaled) + group.Count(), 2 * group.Count(), out _) * sum.Sign;
                return $"{group.Key} {group.Count()} {BigInteger.Divide(whole, group.Count())} {Decimal(sum)} {Decimal(average, 6)}";
            }));
        }
    }

    private static string Decimal(BigInteger unscaled, int scale = 2)
    {
        string digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        return $"{(unscaled.Sign < 0 ? "-" : "")}{digits[..^scale]}.{digits[^scale..]}";
    }

    private static string[] Rows(DataflowView view)
    {
        var rows = new List<string>();
        view.ReadRows((row, _) => rows.Add(string.Join(' ', RowValues.ToObjects(row, view.Layout).Select((value, column) => RowValues.Text(value, view.Layout.Schema[column].Type)))));
        return [.. rows.Order(StringComparer.Ordinal)];
    }
}
