using Orrery.Client.Spool;
using Orrery.Tests.Servers;

namespace Orrery.Client.Tests.Spool;

public sealed class BatchSpoolTests : IDisposable
{
    readonly TestDirectory folder = new();
    readonly List<(ClientNoticeKind Kind, string Text)> notices = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_was_not_acknowledged_is_there_after_a_restart_in_its_order()
    {
        using (BatchSpool spool = Open())
        {
            for (byte i = 0; i < 10; i++)
                spool.Append(BatchKind.Samples, i, [i, i], 0);
            for (int i = 0; i < 4; i++)
                spool.Acknowledge(spool.Take()!, setAside: false);
        }
        using BatchSpool again = Open();
        Bodies(again).ShouldBe([4, 5, 6, 7, 8, 9]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(22)]
    public void A_torn_tail_is_cut_and_every_batch_before_it_stays(int cutBytes)
    {
        using (BatchSpool spool = Open())
            for (byte i = 0; i < 5; i++)
                spool.Append(BatchKind.Samples, 1, [i, i], 0);
        string segment = Directory.GetFiles(folder.Path, "*.seg").Single();
        using (FileStream file = File.OpenWrite(segment))
            file.SetLength(file.Length - cutBytes);
        using (BatchSpool again = Open())
        {
            Bodies(again).ShouldBe([0, 1, 2, 3]);
            notices.ShouldContain(n => n.Kind == ClientNoticeKind.BufferOpened);
        }
    }

    [Fact]
    public void A_flipped_bit_ends_the_segment_there_and_other_segments_stay()
    {
        using (BatchSpool spool = Open())
            for (byte i = 0; i < 3; i++)
                spool.Append(BatchKind.Samples, 1, [i, i], 0);
        using (BatchSpool second = Open())
            second.Append(BatchKind.Logs, 1, [77, 77], 0);
        string first = Directory.GetFiles(folder.Path, "*.seg").Order().First();
        byte[] bytes = File.ReadAllBytes(first);
        bytes[SegmentStore.HeaderBytes + SegmentStore.RecordBytes + 2 + SegmentStore.RecordBytes] ^= 1;
        File.WriteAllBytes(first, bytes);
        using BatchSpool again = Open();
        Bodies(again).ShouldBe([0, 77]);
    }

    [Fact]
    public void Beyond_its_bound_on_disk_the_oldest_goes_first_and_is_counted()
    {
        const int Bound = 1 << 20;
        using BatchSpool spool = Open(diskBytes: Bound);
        var body = new byte[10_000];
        for (int i = 0; i < 300; i++)
            spool.Append(BatchKind.Samples, 7, body, 0);
        Directory.GetFiles(folder.Path, "*.seg").Sum(f => new FileInfo(f).Length).ShouldBeLessThanOrEqualTo(Bound);
        spool.DroppedSamples.ShouldBe((300 - spool.Count) * 7);
        spool.DroppedSamples.ShouldBeGreaterThan(0);
        spool.Take()!.Sequence.ShouldBe((ulong)(300 - spool.Count + 1));
        notices.ShouldContain(n => n.Kind == ClientNoticeKind.Dropped);
    }

    [Fact]
    public void Bodies_beyond_the_memory_bound_are_read_back_from_disk()
    {
        using BatchSpool spool = Open(memoryBytes: 64 << 10);
        for (int i = 0; i < 100; i++)
            spool.Append(BatchKind.Samples, 1, Enumerable.Repeat((byte)i, 5000).ToArray(), 0);
        for (int i = 0; i < 100; i++)
        {
            SpooledBatch batch = spool.Take()!;
            batch.Body!.ShouldAllBe(b => b == i);
            spool.Acknowledge(batch, setAside: false);
        }
        spool.Count.ShouldBe(0);
        spool.Bytes.ShouldBe(0);
    }

    [Fact]
    public void Without_a_folder_memory_is_the_bound()
    {
        using var spool = new BatchSpool(null, 1 << 20, 100_000, Tell);
        for (int i = 0; i < 50; i++)
            spool.Append(BatchKind.Samples, 3, new byte[10_000], 0);
        spool.Bytes.ShouldBeLessThanOrEqualTo(100_000);
        spool.DroppedSamples.ShouldBe((50 - spool.Count) * 3);
        spool.Flush().ShouldBeFalse();
    }

    [Fact]
    public void A_second_process_buffers_in_memory_until_the_folder_is_free_and_then_takes_over_what_is_there()
    {
        BatchSpool first = Open();
        first.Append(BatchKind.Samples, 1, [1, 1], 0);
        using BatchSpool second = Open();
        second.Append(BatchKind.Samples, 1, [2, 2], 0);
        second.Error.ShouldNotBeNull();
        second.Flush().ShouldBeFalse();
        first.Dispose();
        second.Append(BatchKind.Samples, 1, [3, 3], BatchSpool.RetryMilliseconds + 1);
        second.Error.ShouldBeNull();
        second.Flush().ShouldBeTrue();
        Bodies(second).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_leaves_the_batches_in_memory_and_says_so()
    {
        string file = Path.Combine(folder.Path, "file");
        File.WriteAllText(file, "");
        using var spool = new BatchSpool(Path.Combine(file, "buffer"), 1 << 20, 1 << 20, Tell);
        spool.Append(BatchKind.Samples, 1, [1, 1], 0);
        spool.Take()!.Body.ShouldBe([1, 1]);
        notices.ShouldContain(n => n.Kind == ClientNoticeKind.BufferFailed);
    }

    [Fact]
    public void A_finished_segment_leaves_no_file_behind()
    {
        using BatchSpool spool = Open(diskBytes: 1 << 20);
        for (int i = 0; i < 200; i++)
        {
            spool.Append(BatchKind.Samples, 1, new byte[5000], 0);
            spool.Acknowledge(spool.Take()!, setAside: false);
        }
        Directory.GetFiles(folder.Path, "*.seg").Sum(f => new FileInfo(f).Length).ShouldBeLessThan(100_000);
    }

    BatchSpool Open(long diskBytes = 64 << 20, long memoryBytes = 8 << 20)
    {
        var spool = new BatchSpool(folder.Path, diskBytes, memoryBytes, Tell);
        spool.EnsureOpen(0);
        return spool;
    }

    void Tell(ClientNoticeKind kind, string text) => notices.Add((kind, text));

    static List<int> Bodies(BatchSpool spool)
    {
        var bodies = new List<int>();
        while (spool.Take() is { } batch)
        {
            bodies.Add(batch.Body![0]);
            spool.Acknowledge(batch, setAside: false);
        }
        return bodies;
    }
}
