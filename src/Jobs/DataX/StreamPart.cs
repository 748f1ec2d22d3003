using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Jobs.DataX;

/// <summary>Rows that are made up: constants, and random values between two bounds. The same part makes the same rows each time.</summary>
sealed class StreamPart(int number, DataXStreamReader side) : SequencePart($"stream {number.ToString(CultureInfo.InvariantCulture)}", number)
{
    const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    public override IEnumerable<RowBatch> Read(long skip, Action<string> refuse, CancellationToken cancellationToken)
    {
        var random = new Random(Number + 1);
        var batch = new RowBatch(new TableSchema("", "stream", [.. side.Columns.Select((column, index) => new Column($"{index + 1}", DataXValues.TypeOf(column.Type), column.Type, true))], []));
        for (long row = 0; row < side.Rows; row++)
        {
            object?[] values = [.. side.Columns.Select(column => column.Random is { } bounds ? Made(column, bounds, random) : DataXValues.Typed(column.Value, column))];
            if (row < skip) continue;
            batch.Add(values);
            if (batch.Count < ReadOptions.Default.BatchRowsLimit) continue;
            yield return batch;
            cancellationToken.ThrowIfCancellationRequested();
            batch.RowsBefore += batch.Count;
            batch.Clear();
        }

        if (batch.Count > 0) yield return batch;
    }

    static object? Made(DataXColumn column, (string From, string To) bounds, Random random)
    {
        if (column.Type == "date")
        {
            DateTime first = DataXValues.Date(bounds.From, column.Format), last = DataXValues.Date(bounds.To, column.Format);
            return new DateTime(random.NextInt64(first.Ticks / TimeSpan.TicksPerSecond, Math.Max(first.Ticks, last.Ticks) / TimeSpan.TicksPerSecond + 1) * TimeSpan.TicksPerSecond, DateTimeKind.Unspecified);
        }

        long from = long.Parse(bounds.From, CultureInfo.InvariantCulture), to = Math.Max(from, long.Parse(bounds.To, CultureInfo.InvariantCulture));
        return column.Type switch
        {
            "long" => new ExactDecimal(random.NextInt64(from, to + 1), 0),
            "double" => (from + random.NextDouble() * (to - from)).ToString("R", CultureInfo.InvariantCulture),
            // How often true and false come, one to the other.
            "boolean" => random.NextInt64(Math.Max(1, from + to)) < from,
            "bytes" => Of(random, from, to).Select(letter => (byte)letter).ToArray(),
            _ => Of(random, from, to),
        };
    }

    static string Of(Random random, long from, long to) => string.Concat(Enumerable.Range(0, (int)random.NextInt64(from, to + 1)).Select(_ => Letters[random.Next(Letters.Length)]));
}
