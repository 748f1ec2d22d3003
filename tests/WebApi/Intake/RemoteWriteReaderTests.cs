using Orrery.WebApi.Errors;
using Orrery.WebApi.Intake;

namespace Orrery.WebApi.Tests.Intake;

public sealed class RemoteWriteReaderTests
{
    const long At = 1_767_225_600_000;
    readonly DoorBench door = new();

    [Fact]
    public void Samples_go_to_the_server_that_their_instance_names_and_keep_their_labels()
    {
        door.ReadRemoteWrite(new WriteRequest()
            .Series([("__name__", "up"), ("instance", "ERP-01.example:9100"), ("job", "node")], (At, 1), (At + 15_000, 0))
            .Series([("job", "x"), ("__name__", "load1")], (At, 0.25))
            .ToArray());
        door.Samples().ShouldBe(
        [
            $"acme/berlin/erp-01.example up{{instance=\"ERP-01.example:9100\",job=\"node\"}} {At}=1",
            $"acme/berlin/erp-01.example up{{instance=\"ERP-01.example:9100\",job=\"node\"}} {At + 15_000}=0",
            $"acme/berlin/the-key load1{{job=\"x\"}} {At}=0.25",
        ]);
        door.Dropped().ShouldBeEmpty();
    }

    [Fact]
    public void A_series_that_was_seen_is_found_again_and_takes_no_memory()
    {
        byte[] body = new WriteRequest().Series([("__name__", "up"), ("instance", "a")], Enumerable.Range(0, 40).Select(i => (At + i * 1_000, i * 0.5))).ToArray();
        door.ReadRemoteWrite(body);
        door.Work.Clear();
        door.ReadRemoteWrite(body);
        door.Work.Clear();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            door.Work.Begin(door.Bounds);
            door.ReadRemoteWrite(body);
            door.Work.Clear();
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        door.Key.SeriesCount.ShouldBe(1);
    }

    [Fact]
    public void Times_of_any_size_and_zeros_that_are_left_out_are_read()
    {
        long[] times = [0, 1, 127, 128, 1L << 35, (1L << 42) - 1, 1L << 42, At, -1, long.MaxValue, long.MinValue];
        door.ReadRemoteWrite(new WriteRequest().Series([("__name__", "a"), ("instance", "s")], times.SelectMany(at => new[] { (at, 0.0), (at, -2.5) })).ToArray());
        door.Samples().ShouldBe(times.SelectMany(at => new[] { $"acme/berlin/s a{{instance=\"s\"}} {at}=0", $"acme/berlin/s a{{instance=\"s\"}} {at}=-2.5" }));
    }

    [Fact]
    public void Stale_markers_are_kept_and_other_values_that_are_no_numbers_are_dropped()
    {
        double stale = BitConverter.UInt64BitsToDouble(0x7FF0000000000002);
        door.ReadRemoteWrite(new WriteRequest().Series([("__name__", "a"), ("instance", "s")], (At, 1), (At + 1, double.NaN), (At + 2, stale), (At + 3, double.PositiveInfinity), (At + 4, double.NegativeInfinity)).ToArray());
        door.Samples().ShouldBe([$"acme/berlin/s a{{instance=\"s\"}} {At}=1", $"acme/berlin/s a{{instance=\"s\"}} {At + 2}=NaN"]);
        door.Dropped().ShouldBe(["not_finite 3"]);
    }

    [Fact]
    public void Labels_in_any_order_and_place_are_one_series()
    {
        var scattered = new MemoryStream();
        WriteRequest.Field(scattered, 10, WriteRequest.Label("z", "1"));
        WriteRequest.Field(scattered, 18, WriteRequest.Sample(At, 5));
        WriteRequest.Field(scattered, 10, WriteRequest.Label("__name__", "a"));
        WriteRequest.Field(scattered, 10, WriteRequest.Label("instance", "s"));
        door.ReadRemoteWrite(new WriteRequest()
            .Series([("__name__", "a"), ("instance", "s"), ("z", "1"), ("empty", "")], (At + 1, 6))
            .Raw(10, scattered.ToArray())
            .ToArray());
        door.Samples().ShouldBe([$"acme/berlin/s a{{instance=\"s\",z=\"1\"}} {At + 1}=6", $"acme/berlin/s a{{instance=\"s\",z=\"1\"}} {At}=5"]);
    }

    [Fact]
    public void Metadata_and_exemplars_are_passed_over_and_histograms_are_counted_as_dropped()
    {
        var series = new MemoryStream();
        WriteRequest.Field(series, 10, WriteRequest.Label("__name__", "a"));
        WriteRequest.Field(series, 18, WriteRequest.Sample(At, 5));
        WriteRequest.Field(series, 26, [1, 2, 3]);
        WriteRequest.Field(series, 34, [1, 2, 3]);
        door.ReadRemoteWrite(new WriteRequest().Raw(26, [8, 1]).Raw(10, series.ToArray()).ToArray());
        door.Samples().Count.ShouldBe(1);
        door.Dropped().ShouldBe(["wrong_type 1"]);
    }

    [Theory]
    [InlineData("", "x", "bad_name")]
    [InlineData("9up", "x", "bad_name")]
    [InlineData("up time", "x", "bad_name")]
    [InlineData("up", "x-y", "bad_label")]
    [InlineData("up", "1x", "bad_label")]
    [InlineData("up", "__name__", "bad_label")]
    public void Series_whose_names_cannot_be_used_are_dropped_and_the_others_are_kept(string metric, string label, string reason)
    {
        door.ReadRemoteWrite(new WriteRequest()
            .Series([("__name__", metric), (label, "other"), ("instance", "s")], (At, 1), (At + 1, 2))
            .Series([("__name__", "up"), ("instance", "s")], (At, 3))
            .ToArray());
        door.Dropped().ShouldBe([$"{reason} 2"]);
        door.Samples().Count.ShouldBe(1);
    }

    [Fact]
    public void A_name_of_ten_megabytes_is_dropped_and_not_remembered()
    {
        string huge = new('n', 10 << 20);
        door.ReadRemoteWrite(new WriteRequest()
            .Series([("__name__", huge)], (At, 1))
            .Series([("__name__", "up"), (huge, "x")], (At, 1))
            .Series([("__name__", "up"), ("x", huge)], (At, 1))
            .Series([("__name__", "up"), ("x", "fine")], (At, 1))
            .ToArray());
        door.Dropped().ShouldBe(["name_too_long 3"]);
        door.Samples().Count.ShouldBe(1);
        door.Directory.SeriesBytes.ShouldBeLessThan(1_000);
        door.Work.Drops.ToString().Length.ShouldBeLessThan(500);
    }

    [Fact]
    public void Bytes_that_are_no_write_request_are_refused_whatever_they_hold()
    {
        byte[] whole = new WriteRequest().Series([("__name__", "up"), ("instance", "s")], (At, 1), (At + 1, 2), (At + 2, 3)).Raw(26, [8, 1, 18, 1, 65]).ToArray();
        var random = new Random(11);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] broken = [.. whole];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
                broken[random.Next(broken.Length)] ^= (byte)(1 << random.Next(8));
            if (random.Next(3) == 0)
                broken = broken[..random.Next(broken.Length)];
            try
            {
                door.Work.Begin(door.Bounds);
                door.ReadRemoteWrite(broken);
            }
            catch (RefusedException refused)
            {
                refused.Refusal.Status.ShouldBe(400);
            }
            finally
            {
                door.Work.Clear();
            }
        }
    }

    [Fact]
    public void A_request_holds_a_bounded_number_of_samples()
    {
        var small = new DoorBench(bounds => bounds.SamplesPerRequestMax = 100);
        byte[] body = new WriteRequest().Series([("__name__", "up")], Enumerable.Range(0, 101).Select(i => (At + i, 1.0))).ToArray();
        Should.Throw<RefusedException>(() => small.ReadRemoteWrite(body)).Refusal.Status.ShouldBe(413);
    }

    [Fact]
    public void A_million_series_of_one_key_take_bounded_memory_and_the_rest_is_counted()
    {
        var bounded = new DoorBench(bounds => bounds.SeriesPerKeyMax = 20_000);
        for (int round = 0; round < 100; round++)
        {
            var request = new WriteRequest();
            for (int i = 0; i < 10_000; i++)
                request.Series([("__name__", "up"), ("instance", "s"), ("id", $"{round}-{i}")], (At, 1));
            bounded.Work.Begin(bounded.Bounds);
            bounded.ReadRemoteWrite(request.ToArray());
            if (round < 99)
                bounded.Work.Clear();
        }
        bounded.Key.SeriesCount.ShouldBe(20_000);
        bounded.Dropped().ShouldBe(["over_limit 10000"]);
        bounded.Directory.SeriesBytes.ShouldBeLessThan(20_000L * 400);
    }

    [Fact]
    public void Series_that_ended_make_room_for_new_ones()
    {
        var clock = new ManualTime();
        var bounded = new DoorBench(bounds => (bounds.SeriesPerKeyMax, bounds.SeriesActiveFor) = (2, TimeSpan.FromMinutes(10)), clock);
        WriteOne("a");
        WriteOne("b");
        WriteOne("c");
        bounded.Dropped().ShouldBe(["over_limit 1"]);
        clock.Advance(TimeSpan.FromMinutes(8));
        WriteOne("b");
        clock.Advance(TimeSpan.FromMinutes(8));
        WriteOne("c");
        WriteOne("a");
        bounded.Dropped().ShouldBe(["over_limit 2"], "b is still active, c took the place of a");

        void WriteOne(string id) => bounded.ReadRemoteWrite(new WriteRequest().Series([("__name__", id)], (At, 1)).ToArray());
    }
}
