using System.Text;

namespace Orrery.Log.Tests;

public sealed class EncodingTests
{
    [Fact]
    public void Headers_come_back_in_order_and_are_found_by_name()
    {
        byte[] headers = LogHeaders.Encode(("o", "site-1"u8.ToArray()), ("名", new byte[300]), ("o", default));
        var read = new List<(string, int)>();
        foreach (var header in LogHeaders.Read(headers)) read.Add((header.Name, header.Value.Length));
        read.ShouldBe([("o", 6), ("名", 300), ("o", 0)]);
        LogHeaders.TryFind(headers, "o"u8, out var origin).ShouldBeTrue();
        Encoding.UTF8.GetString(origin.Span).ShouldBe("site-1");
        LogHeaders.TryFind(headers, "x"u8, out _).ShouldBeFalse();
        Should.Throw<LogCorruptException>(() => LogHeaders.TryFind(headers.AsMemory(0, headers.Length - 1 - 1), "x"u8, out _));
        LogHeaders.Encode().ShouldBeEmpty();
    }

    [Fact]
    public void Encoded_batches_are_read_at_the_other_end_as_they_were_written()
    {
        var encoder = new LogBatchEncoder(96);
        var wire = new List<byte>();
        var expected = new List<LogRecord[]>();
        for (int seed = 1; seed <= 20; seed++)
        {
            var records = AppendingProcess.Batch(seed);
            foreach (var record in records) encoder.Add(record);
            encoder.Records.ShouldBe(records.Length);
            encoder.Receipt.ShouldBe(LogReceipt.Of(records));
            var batch = encoder.Finish(new LogProducer(seed, 2, seed * 5));
            batch.Length.ShouldBe(encoder.Bytes);
            wire.AddRange(batch.Span);
            expected.Add(records);
            encoder.Reset();
        }

        var batches = LogBatches.Parse(wire.ToArray());
        batches.Count.ShouldBe(20);
        for (int number = 0; number < 20; number++)
        {
            batches[number].Producer.ShouldBe(new LogProducer(number + 1, 2, (number + 1) * 5));
            batches[number].Receipt.ShouldBe(LogReceipt.Of(expected[number]));
            var records = new List<LogRecord>();
            foreach (var record in batches[number]) records.Add(record);
            records.ShouldEqual(expected[number], $"batch {number}");
        }

        Should.Throw<InvalidOperationException>(() => new LogBatchEncoder().Finish());
    }

    [Fact]
    public void Times_at_both_ends_of_their_range_come_back()
    {
        long[] times = [long.MinValue, long.MaxValue, 0, -1, long.MaxValue, long.MinValue, 1_700_000_000_000];
        var encoder = new LogBatchEncoder();
        foreach (long time in times) encoder.Add(default, [1], time);
        var read = new List<long>();
        foreach (var record in LogBatches.Parse(encoder.Finish())[0]) read.Add(record.TimestampMilliseconds);
        read.ShouldBe(times);
    }

    [Fact]
    public void Batches_of_the_first_form_stay_readable()
    {
        // "ORB1": a record with key "k", value "value", time 1000; one without key, value "2", time 1005; offset 40, appended at 2000.
        byte[] batch = Convert.FromHexString(FirstForm);
        var read = LogBatches.Parse(batch).Single();
        read.BaseOffset.ShouldBe(40);
        read.EndOffset.ShouldBe(42);
        read.AppendedMilliseconds.ShouldBe(2000);
        var records = new List<LogRecord>();
        foreach (var record in read) records.Add(record);
        LogRecord[] expected = [new("k"u8.ToArray(), "value"u8.ToArray(), 1000), new(default, "2"u8.ToArray(), 1005)];
        records.ShouldEqual(expected, "first form");
        read.Receipt.ShouldBe(LogReceipt.Of(expected));
    }

    const string FirstForm = "4F5242310D0000002800000000000000D007000000000000E803000000000000ED03000000000000DC8E481F6D001FE679C2FE5CC48722AE0700000000000000020000000DE0C3010000000000000000000000000000000000000000334E1E610105006B76616C756500010532";
}
