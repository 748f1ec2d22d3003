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
        byte[] value = new byte[131];
        new Random(1).NextBytes(value);
        var seen = new HashSet<UInt128> { RecordHash.Compute([], value, 5), RecordHash.Compute(value.AsSpan(0, 10), value.AsSpan(10), 5), RecordHash.Compute(value.AsSpan(0, 11), value.AsSpan(11), 5), RecordHash.Compute(value, [], 5), RecordHash.Compute([], value, 6) };
        for (int bit = 0; bit < value.Length * 8; bit++)
        {
            value[bit / 8] ^= (byte)(1 << (bit % 8));
            seen.Add(RecordHash.Compute([], value, 5)).ShouldBeTrue();
            value[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (int length = 0; length < 131; length++) seen.Add(RecordHash.Compute([], value.AsSpan(0, length), 5)).ShouldBeTrue();
        seen.Count.ShouldBe(5 + (131 * 8) + 131);
    }

    [Fact]
    public void Records_that_are_nearly_alike_differ_in_each_half_of_the_hash()
    {
        HashSet<ulong> lower = [], upper = [];
        byte[] value = new byte[96];
        for (int length = 0; length <= value.Length; length++) Add([], value.AsSpan(0, length), 0);
        for (int length = 1; length <= value.Length; length++) Add(value.AsSpan(0, length), [], 0);
        for (long time = 1; time < 20_000; time++) Add([], value, time);
        // A number that counts up, at each place of the words, in the key and in the value.
        for (int place = 0; place + 4 <= value.Length; place += 4)
            for (int number = 1; number < 3_000; number++)
            {
                value.AsSpan().Clear();
                BitConverter.TryWriteBytes(value.AsSpan(place), number);
                Add([], value, 0);
                Add(value.AsSpan(0, 40), value.AsSpan(40), 1);
            }

        // Blocks in every order, which sums alone would not tell.
        int[][] orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        foreach (int[] order in orders)
        {
            for (int block = 0; block < 3; block++) value.AsSpan(block * 32, 32).Fill((byte)(order[block] + 1));
            Add([], value, 0);
        }

        void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> content, long time)
        {
            UInt128 hash = RecordHash.Compute(key, content, time);
            lower.Add((ulong)hash).ShouldBeTrue();
            upper.Add((ulong)(hash >> 64)).ShouldBeTrue();
        }
    }

    [Fact]
    public void The_hash_is_the_same_with_vectors_and_without()
    {
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.Avx2.IsSupported, "This processor has no vectors of AVX2, so there is one way only.");
        byte[] bytes = new byte[700];
        new Random(5).NextBytes(bytes);
        for (int length = 0; length < 600; length++)
        {
            ReadOnlySpan<byte> key = bytes.AsSpan(length % 7, length % 80), value = bytes.AsSpan(length % 13, length);
            RecordHash.Compute(key, value, length, byVectors: true).ShouldBe(RecordHash.Compute(key, value, length, byVectors: false));
        }
    }

    [Fact]
    public void The_hash_is_the_one_that_is_stored_everywhere()
    {
        RecordHash.Compute("key"u8, "a value of some length"u8, 1_700_000_000_000).ToString("x32", System.Globalization.CultureInfo.InvariantCulture).ShouldBe("7a7a1b0fa77a7ec6340611477c0f26f5");
        RecordHash.Compute("a key"u8, "a value that is longer than a block of four words, and ends within one"u8, 1_700_000_000_000).ToString("x32", System.Globalization.CultureInfo.InvariantCulture).ShouldBe("be4eccfd17dd85064fca232484cdfd3d");
    }
}
