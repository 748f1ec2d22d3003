using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.MySql;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.ChangeCapture.MySql;

public sealed class BinlogFileTests
{
    // How many row events mariadb-binlog shows.
    [Theory]
    [InlineData("canal/mysql51-bin.000001", 89)]
    [InlineData("canal/mysql51-bin.000002", 1)]
    [InlineData("canal/mysql57-tsdb-bin.000002", 1)]
    [InlineData("shyiko/mysql-bin.checksum-crc32", 60)]
    [InlineData("shyiko/mysql-bin.checksum-none", 36)]
    [InlineData("shyiko/mysql-bin.sakila.gz", 1374)]
    public async Task Every_event_of_a_real_log_is_read_to_the_file_s_end(string name, int rowEvents)
    {
        byte[] bytes = BinlogFiles.Read(name);
        var sequences = new HashSet<long>();
        long end = await ReadAll(name, bytes, (batch, entry) =>
        {
            if (entry.Kind is ChangeKind.Schema or ChangeKind.Truncate) return;
            Row(batch, entry).ShouldNotBeEmpty();
            sequences.Add(entry.Sequence);
        });
        sequences.Count.ShouldBe(rowEvents);
        if (!name.Contains("51", StringComparison.Ordinal)) end.ShouldBeGreaterThan(sequences.Max());
    }

    static async Task<long> ReadAll(string name, byte[] bytes, Action<ChangeBatch, ChangeEntry> take)
    {
        await using var source = new BinlogFileSource([name], (_, _) => true, null, _ => new MemoryStream(bytes)) { NumbersColumns = true };
        var batch = new ChangeBatch();
        long last = 0;
        while (!source.IsAtEnd)
        {
            await source.ReadAsync(batch, TestContext.Current.CancellationToken);
            foreach (var entry in batch.Entries)
            {
                entry.Sequence.ShouldBeGreaterThanOrEqualTo(last);
                last = entry.Sequence;
                take(batch, entry);
            }

            batch.EndSequence.ShouldBeGreaterThanOrEqualTo(last);
        }

        return batch.EndSequence;
    }

    internal static object?[] Row(ChangeBatch batch, ChangeEntry entry)
    {
        var change = new ChangeReader(batch.ValueOf(entry).Span);
        return RowValues.ReadAll(batch.Schemas[entry.Schema], change.Kind == ChangeKind.Delete ? change.Before : change.After);
    }
}
