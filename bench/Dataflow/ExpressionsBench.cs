using System.Diagnostics;
using Orrery.Bench.Harness;
using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Bench.Dataflow;

/// <summary>
/// Rows a second through compiled expressions on one core: a condition, a number, a row of three columns; each beside a delegate of the same type over the same packed rows that somebody writes by hand.
/// Both must give the same.
/// </summary>
static class ExpressionsBench
{
    const string Table = "CREATE TABLE lines (id BIGINT NOT NULL, status INT, price BIGINT, quantity INT NOT NULL, discount BIGINT, sku STRING, city STRING, created TIMESTAMP(6));";
    const string Condition = "SELECT id FROM lines WHERE status IN (1, 3) AND price > 5000 AND sku LIKE 'SKU-1%'";
    const string Number = "SELECT CASE WHEN discount IS NULL THEN price * quantity ELSE price * quantity - discount END AS net FROM lines";
    const string Row = "SELECT id, price * quantity AS gross, COALESCE(city, 'none') AS city FROM lines";

    const int RowsPerStep = 1_000;

    // Compiled once for any query, beside code for one: less than this would be worth a look.
    const double ShareGoal = 0.7;

    public static Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        int count = (int)context.Options.Number("rows", 1_000_000);
        var catalog = new BenchCatalog(Table, isAppendOnly: true);
        var layout = new RowLayout(catalog.FindRelation("lines")!.Schema);
        using var rowArena = new RowArena(long.MaxValue);
        using var arena = new RowArena();
        using var evaluation = new EvaluationContext(arena);
        nint[] rows = MakeRows(layout, count, rowArena);
        var projected = Find<ProjectPlan>(catalog.View(Row));
        var hand = new HandWrittenExpressions(layout, new RowLayout(projected.Schema));
        var figures = new List<Figure>();
        Measure("condition", ExpressionCompiler.Predicate(Over(layout, Find<FilterPlan>(catalog.View(Condition)).Predicate), layout), hand.Holds, rate: work => Rate(rows, work, evaluation), (work, row) => work(row, 0, evaluation) ? 1 : 0);
        Measure("number", ExpressionCompiler.Instant(Over(layout, Find<ProjectPlan>(catalog.View(Number)).Expressions[0]), layout), hand.Net, rate: work => Rate(rows, work, evaluation), (work, row) => work(row, 0, evaluation));
        Measure("row of three", ExpressionCompiler.Projection(new Arguments(projected.Expressions.Select(each => Over(layout, each))), layout, null, hand.Output), hand.Project,
            rate: work => Rate(rows, work, evaluation), (work, row) => (long)PackedRow.Hash(work(row, 0, evaluation)));
        return Task.FromResult<IReadOnlyList<Figure>>(figures);

        void Measure<T>(string name, T compiled, T byHand, Func<T, double> rate, Func<T, nint, long> result)
        {
            foreach (nint row in rows.Take(RowsPerStep))
            {
                if (result(compiled, row) == result(byHand, row)) continue;
                context.Say($"{name}: SQL gives {result(compiled, row)}, by hand it is {result(byHand, row)}.");
                context.ExitCode = 1;
                break;
            }

            double best = 0, bestByHand = 0;
            for (int run = 0; run < context.Runs * 2; run++)
            {
                best = Math.Max(best, rate(compiled));
                bestByHand = Math.Max(bestByHand, rate(byHand));
            }

            figures.Add(new Figure(name, best, "rows/s", "higher", ShareGoal * bestByHand, "by hand", bestByHand));
            figures.Add(new Figure($"{name}, share of by hand", best / bestByHand, "x", "higher", ShareGoal));
        }
    }

    static double Rate(nint[] rows, RowPredicate holds, EvaluationContext evaluation)
    {
        int met = 0;
        long started = Stopwatch.GetTimestamp();
        foreach (nint row in rows)
            if (holds(row, 0, evaluation)) met++;
        return PerSecond(rows, started, met);
    }

    static double Rate(nint[] rows, RowInstant number, EvaluationContext evaluation)
    {
        long sum = 0;
        long started = Stopwatch.GetTimestamp();
        foreach (nint row in rows) sum += number(row, 0, evaluation);
        return PerSecond(rows, started, sum);
    }

    static double Rate(nint[] rows, RowProjection make, EvaluationContext evaluation)
    {
        long bytes = 0;
        long started = Stopwatch.GetTimestamp();
        for (int index = 0; index < rows.Length; index++)
        {
            if (index % RowsPerStep == 0) evaluation.Arena.Reset();
            bytes += PackedRow.Length(make(rows[index], 0, evaluation));
        }

        return PerSecond(rows, started, bytes);
    }

    static double PerSecond(nint[] rows, long started, long result)
    {
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        GC.KeepAlive(result);
        return rows.Length / seconds;
    }

    /// <summary>A plan reads the columns alone that it needs; here the expression reads the table's rows.</summary>
    static BoundExpression Over(RowLayout layout, BoundExpression expression) => ExpressionTree.MapColumns(expression, column => column with { Index = layout.Schema.IndexOf(column.Name) });

    static T Find<T>(Plan plan)
        where T : Plan
    {
        while (plan is not T) plan = plan.Inputs[0];
        return (T)plan;
    }

    static nint[] MakeRows(RowLayout layout, int count, RowArena arena)
    {
        var random = new Random(11);
        using var builder = new RowBuilder(layout, arena);
        nint[] rows = new nint[count];
        for (int index = 0; index < count; index++)
        {
            rows[index] = RowValues.FromObjects(
                [
                    (long)index, random.Next(20) == 0 ? null : (long)random.Next(5), random.Next(20) == 0 ? null : (long)random.Next(10_000), (long)random.Next(1, 9),
                    random.Next(3) == 0 ? (long)random.Next(100) : null, $"SKU-{random.Next(100_000):00000}", random.Next(4) == 0 ? null : "city " + random.Next(300), 1_767_225_600_000_000L + index,
                ], builder);
        }

        return rows;
    }
}
