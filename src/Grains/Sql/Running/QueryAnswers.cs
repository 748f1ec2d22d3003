using System.Buffers;
using System.Text.Json;
using Orrery.Dataflow.Graphs;
using Orrery.Grains.Sql.Values;
using Orrery.Interfaces.Sql;
using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Grains.Sql.Running;

/// <summary>Answers of queries over the graph's state, between two steps: the plan is a view for a moment, so what it needs and others keep is there already.</summary>
static class QueryAnswers
{
    /// <summary>A power of two.</summary>
    const int RowsPerLook = 1024;

    public static SqlResult Run(DataflowGraph graph, Plan plan, string name, int rowsLimit, long bytesMax, long clock, CancellationToken cancellationToken)
    {
        (Plan source, SortPlan? sort, ProjectPlan? last) = Unwrap(plan);
        DataflowView view = Add(graph, name, source, bytesMax, cancellationToken);
        try
        {
            using var arena = new RowArena(bytesMax);
            var rows = new List<(nint Row, int Weight)>();
            long wanted = sort is { Order.Count: > 0 } ? long.MaxValue : rowsLimit + (sort?.Offset ?? 0) + 1;
            view.ReadRows((row, weight) =>
            {
                if (rows.Count >= wanted)
                    return;
                if ((rows.Count & (RowsPerLook - 1)) == 0)
                    cancellationToken.ThrowIfCancellationRequested();
                rows.Add((PackedRow.Copy(row, arena), weight));
            });
            using var context = new EvaluationContext(arena) { NowMicroseconds = clock };
            if (sort is { Order.Count: > 0 })
            {
                RowComparison comparison = ExpressionCompiler.Comparison(sort.Order, view.Layout);
                long compared = 0;
                rows.Sort((left, right) =>
                {
                    if ((++compared & (RowsPerLook - 1)) == 0)
                        cancellationToken.ThrowIfCancellationRequested();
                    return comparison(left.Row, right.Row, context);
                });
            }

            return Write(rows, view.Layout, sort, last, rowsLimit, context);
        }
        catch (InvalidOperationException sorting) when (sorting.InnerException is OperationCanceledException)
        {
            throw sorting.InnerException;
        }
        catch (RowMemoryException much)
        {
            throw GivenUp(bytesMax, much);
        }
        finally
        {
            graph.RemoveView(name);
        }
    }

    static DataflowView Add(DataflowGraph graph, string name, Plan source, long bytesMax, CancellationToken cancellationToken)
    {
        try
        {
            return graph.AddView(name, source, new ViewOptions { BytesMax = bytesMax, ReadsStopped = true }, new FillLimit(bytesMax, cancellationToken));
        }
        catch (RowMemoryException much)
        {
            throw GivenUp(bytesMax, much);
        }
    }

    static RowMemoryException GivenUp(long bytesMax, RowMemoryException much) => new($"The query was given up ({nameof(SqlOptions.QueryBytesMax)} is {bytesMax:N0}). {much.Message}");

    static SqlResult Write(List<(nint Row, int Weight)> rows, RowLayout layout, SortPlan? sort, ProjectPlan? last, int rowsLimit, EvaluationContext context)
    {
        RowLayout output = last is null ? layout : new RowLayout(last.Schema);
        RowProjection? projection = last is null ? null : ExpressionCompiler.Projection(last.Expressions, layout, null, output);
        long skip = sort?.Offset ?? 0, most = Math.Min(rowsLimit, sort?.Limit ?? long.MaxValue);
        bool isTruncated = false;
        long written = 0;
        var text = new ArrayBufferWriter<byte>();
        using (Utf8JsonWriter writer = JsonRows.Writer(text))
        {
            writer.WriteStartArray();
            foreach ((nint row, int weight) in rows)
            {
                for (int copy = 0; copy < weight; copy++)
                {
                    if (skip-- > 0)
                        continue;
                    if (written == most)
                    {
                        isTruncated = sort?.Limit is not { } limit || limit > rowsLimit;
                        break;
                    }

                    JsonRows.Write(writer, projection is null ? row : projection(row, 0, context), output);
                    written++;
                }
            }

            writer.WriteEndArray();
        }

        return new SqlResult("", "rows", JsonRows.Columns(output.Schema), new SqlJson(text.WrittenSpan.ToArray()), isTruncated);
    }

    /// <summary>The order and what is left out behind it are for the answer; a view has none.</summary>
    static (Plan Source, SortPlan? Sort, ProjectPlan? Last) Unwrap(Plan plan) => plan switch
    {
        SortPlan sort => (sort.Input, sort, null),
        ProjectPlan { Input: SortPlan inner } project => (inner.Input, inner, project),
        _ => (plan, null, null),
    };
}
