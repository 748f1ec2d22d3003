using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.Messages;
using Orrery.Connectors.Rows;
using Orrery.Grains.Channels.Sources;
using Orrery.Log;

namespace Orrery.Grains.Tests.Channels;

/// <summary>Rows whose keys change go from one partition to another.</summary>
public sealed class ChangeSplitterTests
{
    const int Partitions = 8, WindowSeconds = 15;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_partition_alone_has_every_change_of_its_keys_in_order_also_where_rows_change_their_keys(bool isCanal)
    {
        var random = new Random(3);
        var source = new Dictionary<long, string>();
        var folded = new Dictionary<long, string>[Partitions];
        for (int partition = 0; partition < Partitions; partition++)
            folded[partition] = [];
        var splitter = new ChangeSplitter(Partitions, WindowSeconds, isCanal ? new CanalWriter(TimeProvider.System) : null);
        splitter.Know(Enumerable.Repeat(long.MinValue, Partitions).ToArray());
        int moves = 0;
        for (long sequence = 1; sequence <= 300; sequence++)
        {
            var batch = new ChangeBatch { EndSequence = sequence, Checkpoint = $"{sequence}" };
            for (int row = 0; row < 20; row++)
                moves += Change(random, source, batch, sequence, row) ? 1 : 0;
            SourceIntent intent = splitter.Split(batch, $"{sequence - 1}", 0);
            foreach (PartitionIntent part in intent.Parts)
            {
                LogBatch given = LogBatches.Parse(splitter.Encoded(part.Partition, new LogProducer(1, 1, sequence))).ShouldHaveSingleItem();
                // What the source says that it gave is what is in the partition.
                part.Windows.Values.Sum(static window => window.Records).ShouldBe(given.Receipt.Records);
                foreach (LogRecord record in given)
                    Fold(folded[part.Partition], record, isCanal);
            }
        }

        moves.ShouldBeGreaterThan(500);
        folded.ShouldAllBe(static rows => rows.Count > 0);
        folded.SelectMany(static rows => rows).OrderBy(static row => row.Key).ShouldBe(source.OrderBy(static row => row.Key));
    }

    /// <summary>Adds a change of the source's, which may take a key that another row had before.</summary>
    /// <returns>Whether a row changed its key.</returns>
    static bool Change(Random random, Dictionary<long, string> source, ChangeBatch batch, long sequence, int row)
    {
        const int Keys = 60;
        string note = $"{sequence}.{row}";
        long id = random.Next(Keys), other = random.Next(Keys);
        if (!source.TryGetValue(id, out string? before))
        {
            source[id] = note;
            batch.AddRow(ChangeKind.Insert, ChangeScript.Schema, sequence, sequence, row, Row(id, note));
            return false;
        }

        if (random.Next(3) == 0)
        {
            source.Remove(id);
            batch.AddRow(ChangeKind.Delete, ChangeScript.Schema, sequence, sequence, row, default, Row(id, before));
            return false;
        }

        long now = source.ContainsKey(other) ? id : other;
        source.Remove(id);
        source[now] = note;
        batch.AddRow(ChangeKind.Update, ChangeScript.Schema, sequence, sequence, row, Row(now, note), Row(id, before));
        return now != id;
    }

    /// <summary>Strictly: what comes is not there yet, what changes or goes is.</summary>
    static void Fold(Dictionary<long, string> rows, in LogRecord record, bool isCanal)
    {
        var batch = new ChangeBatch();
        if (isCanal)
            new CanalReader(ChangeMessageOptions.Default).Read(new ChangeMessage(record.Key.Span, record.Value.Span, 1, 1), batch);
        foreach (ReadOnlyMemory<byte> value in isCanal ? batch.Entries.ToArray().Select(entry => batch.ValueOf(entry)) : [record.Value])
        {
            var change = new ChangeReader(value.Span);
            TableSchema schema = isCanal ? batch.Schemas[0] : ChangeScript.Schema;
            if (change.Kind is ChangeKind.Update or ChangeKind.Delete)
                rows.Remove(Id(schema, change.Before)).ShouldBeTrue();
            if (change.Kind is ChangeKind.Update or ChangeKind.Insert)
                rows.TryAdd(Id(schema, change.After), (string)RowValues.ReadAll(schema, change.After)[1]!).ShouldBeTrue();
        }
    }

    static long Id(TableSchema schema, ReadOnlySpan<byte> row) => Convert.ToInt64(RowValues.ReadAll(schema, row)[0], System.Globalization.CultureInfo.InvariantCulture);

    static byte[] Row(long id, string note)
    {
        var row = new RowWriter();
        row.BeginRow(2);
        row.WriteInt64(id);
        row.WriteText(note);
        row.EndRow();
        return row.Written.ToArray();
    }
}
