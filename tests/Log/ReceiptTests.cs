namespace Orrery.Log.Tests;

public sealed class ReceiptTests
{
    [Fact]
    public void Receipts_do_not_depend_on_order_or_on_how_records_are_split()
    {
        var records = Enumerable.Range(1, 20).SelectMany(AppendingProcess.Batch).ToArray();
        var whole = LogReceipt.Of(records);
        var sum = LogReceipt.Empty;
        var shuffled = records.ToArray();
        new Random(3).Shuffle(shuffled);
        foreach (var part in shuffled.Chunk(7)) sum += LogReceipt.Of(part);
        sum.ShouldBe(whole);
    }

    [Fact]
    public void Any_changed_byte_bound_or_time_changes_the_hash()
    {
        byte[] value = new byte[61];
        new Random(1).NextBytes(value);
        var seen = new HashSet<UInt128> { RecordHash.Compute([], value, 5), RecordHash.Compute(value.AsSpan(0, 10), value.AsSpan(10), 5), RecordHash.Compute(value.AsSpan(0, 11), value.AsSpan(11), 5), RecordHash.Compute(value, [], 5), RecordHash.Compute([], value, 6) };
        for (int bit = 0; bit < value.Length * 8; bit++)
        {
            value[bit / 8] ^= (byte)(1 << (bit % 8));
            seen.Add(RecordHash.Compute([], value, 5)).ShouldBeTrue();
            value[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (int length = 0; length < 61; length++) seen.Add(RecordHash.Compute([], value.AsSpan(0, length), 5)).ShouldBeTrue();
        seen.Count.ShouldBe(5 + (61 * 8) + 61);
    }

    [Fact]
    public void The_hash_is_the_one_that_is_stored_everywhere()
    {
        RecordHash.Compute("key"u8, "a value of some length"u8, 1_700_000_000_000).ToString("x32", System.Globalization.CultureInfo.InvariantCulture).ShouldBe("c589877c43c5b693894521c61aaf5fbe");
    }
}
