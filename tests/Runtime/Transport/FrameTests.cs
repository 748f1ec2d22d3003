using Orrery.Runtime.Networking;
using Orrery.Runtime.Transport;

namespace Orrery.Runtime.Tests.Transport;

/// <summary>A process that belongs to the cluster and sends frames that it should not.</summary>
public sealed class FrameTests
{
    [Fact]
    public async Task A_call_in_good_order_is_answered()
    {
        await using var cluster = await RelayCluster.StartAsync(1);
        using var peer = await StartAsync(cluster);
        await peer.CallAsync(MethodId(nameof(IRelayGrain.Add)), Place(cluster), "k", writer => writer.WriteUInt32(5));
        var (kind, content) = (await peer.ReceiveAsync().Soon()).ShouldNotBeNull();
        kind.ShouldBe(FrameKind.Answer);
        content[8..].ShouldBe([5, 0, 0, 0]);
    }

    [Theory]
    [InlineData(3u, "the least is 6")]
    [InlineData(100_000_000u, "TransportOptions.FrameBytesLimit is 16777216")]
    [InlineData(uint.MaxValue, "TransportOptions.FrameBytesLimit is 16777216")]
    public async Task A_length_that_cannot_be_ends_the_connection(uint length, string reason)
    {
        await using var cluster = await RelayCluster.StartAsync(1);
        using var peer = await StartAsync(cluster);
        await peer.SendAsync(FrameKind.Heartbeat, length: length);
        await ShouldBeClosedAsync(cluster, peer, reason);
    }

    [Fact]
    public async Task Frames_that_are_lost_or_doubled_end_the_connection()
    {
        await using var cluster = await RelayCluster.StartAsync(1);
        using (var peer = await StartAsync(cluster))
        {
            await peer.SendAsync(FrameKind.Heartbeat, skipNumbers: 1);
            await ShouldBeClosedAsync(cluster, peer, "has the number 3, and 2 was due: frames were lost or doubled");
        }

        using (var peer = await StartAsync(cluster))
        {
            await peer.SendAsync(FrameKind.Heartbeat, skipNumbers: -1);
            await ShouldBeClosedAsync(cluster, peer, "has the number 1, and 2 was due: frames were lost or doubled");
        }
    }

    [Fact]
    public async Task A_first_frame_that_is_no_manifest_a_second_manifest_and_an_unknown_kind_end_the_connection()
    {
        await using var cluster = await RelayCluster.StartAsync(1);
        using (var peer = await RawPeer.ConnectAsync(cluster))
        {
            await peer.SendAsync(FrameKind.Heartbeat);
            await ShouldBeClosedAsync(cluster, peer, "is of kind 8 and no manifest");
        }

        using (var peer = await StartAsync(cluster))
        {
            await peer.SendManifestAsync();
            await ShouldBeClosedAsync(cluster, peer, "has sent its manifest twice");
        }

        using (var peer = await StartAsync(cluster))
        {
            await peer.SendAsync((FrameKind)77);
            await ShouldBeClosedAsync(cluster, peer, "is of kind 77, which this version of the protocol does not have");
        }
    }

    [Fact]
    public async Task A_frame_that_ends_before_its_content_does_ends_the_connection()
    {
        await using var cluster = await RelayCluster.StartAsync(1);
        using var peer = await StartAsync(cluster);
        await peer.SendAsync(FrameKind.Call, writer => writer.WriteUInt64(1));
        await ShouldBeClosedAsync(cluster, peer, "A frame ends 8 bytes before what it has to hold");
    }

    [Fact]
    public async Task A_method_and_a_grain_type_that_are_not_there_are_told_to_the_caller()
    {
        await using var cluster = await RelayCluster.StartAsync(1);
        using var peer = await StartAsync(cluster);
        await peer.CallAsync(0x1234, Place(cluster), "k");
        (await peer.ReceiveFailureAsync()).ShouldBeOfType<NotSupportedException>().Message.ShouldContain("RelayGrain of silo-1@1 has no method with the id 0x0000000000001234");
        await peer.CallAsync(MethodId(nameof(IRelayGrain.Add)), 60_000, "k");
        await ShouldBeClosedAsync(cluster, peer, "is for grain type 60000 of");
    }

    [Fact]
    public async Task A_method_of_another_interface_is_not_run_on_a_grain_that_lacks_it()
    {
        await using var cluster = await RelayCluster.StartAsync(1);
        using var peer = await StartAsync(cluster);
        ulong foreign = GrainInterfaces.Find(typeof(IRelayWorkerGrain)).Methods[0].Id;
        await peer.CallAsync(foreign, Place(cluster), "k");
        (await peer.ReceiveFailureAsync()).ShouldBeOfType<NotSupportedException>();
    }

    [Fact]
    public async Task Arguments_that_are_cut_short_too_long_or_nonsense_fail_their_call_and_no_other()
    {
        await using var cluster = await RelayCluster.StartAsync(1);
        using var peer = await StartAsync(cluster);
        await peer.CallAsync(MethodId(nameof(IRelayGrain.Add)), Place(cluster), "k", writer => writer.WriteByte(1));
        (await peer.ReceiveFailureAsync()).ShouldBeOfType<WireFormatException>().Message.ShouldContain("A frame ends 3 bytes before");
        await peer.CallAsync(MethodId(nameof(IRelayGrain.Add)), Place(cluster), "k", writer => writer.WriteUInt64(1));
        (await peer.ReceiveFailureAsync()).ShouldBeOfType<WireFormatException>().Message.ShouldContain("4 bytes follow its arguments");
        await peer.CallAsync(MethodId(nameof(IRelayGrain.EchoParcel)), Place(cluster), "k", writer =>
        {
            writer.WriteUInt32(3);
            "{[}"u8.CopyTo(writer.Take(3));
        });
        (await peer.ReceiveFailureAsync()).ShouldBeOfType<WireFormatException>().Message.ShouldContain("A value in a frame is no");
        await peer.CallAsync(MethodId(nameof(IRelayGrain.Add)), Place(cluster), "k", writer => writer.WriteUInt32(4));
        (await peer.ReceiveAsync().Soon()).ShouldNotBeNull().Kind.ShouldBe(FrameKind.Answer);
    }

    [Fact]
    public async Task A_key_of_a_megabyte_an_empty_one_and_a_shard_that_is_not_the_keys_are_refused()
    {
        await using var cluster = await RelayCluster.StartAsync(1);
        using var peer = await StartAsync(cluster);
        await peer.CallAsync(MethodId(nameof(IRelayGrain.Add)), Place(cluster), new string('k', 1_000_000), writer => writer.WriteUInt32(1));
        (await peer.ReceiveFailureAsync()).ShouldBeOfType<ArgumentException>().Message.ShouldContain("has 1000000 characters; a grain's key has 1 to 512");
        await peer.CallAsync(MethodId(nameof(IRelayGrain.Add)), Place(cluster), "", writer => writer.WriteUInt32(1));
        (await peer.ReceiveFailureAsync()).ShouldBeOfType<ArgumentException>();
        await peer.CallAsync(MethodId(nameof(IRelayGrain.Add)), Place(cluster), "elsewhere", writer => writer.WriteUInt32(1), shard: (Storage.GrainShards.Of("relay", "elsewhere") + 1) % Storage.GrainShards.Count);
        await ShouldBeClosedAsync(cluster, peer, "that grain is in shard");
    }

    [Fact]
    public async Task Random_bytes_after_the_handshake_end_the_connection_and_nothing_else()
    {
        await using var cluster = await RelayCluster.StartAsync(1);
        var random = new Random(11);
        for (int round = 0; round < 100; round++)
        {
            using var peer = await StartAsync(cluster);
            byte[] bytes = new byte[random.Next(20, 2_000)];
            random.NextBytes(bytes);
            await peer.SendBytesAsync(bytes);
            // A length within the limit would be waited for until the heartbeats are missed.
            await peer.SendBytesAsync([255, 255, 255, 255]);
        }

        (await cluster.ClientOf(0).GetGrain<IRelayGrain>("k").Add(1)).ShouldBe(1);
    }

    [Fact]
    public async Task Frames_of_random_content_never_hurt_the_silo()
    {
        await using var cluster = await RelayCluster.StartAsync(1);
        var random = new Random(13);
        ulong[] methods = [.. GrainInterfaces.Find(typeof(IRelayGrain)).Methods.Where(method => method.Name is not (nameof(IRelayGrain.Hold) or nameof(IRelayGrain.Fill) or nameof(IRelayGrain.WaitUntilCancelled) or nameof(IRelayGrain.WaitForOneSecond))).Select(method => method.Id)];
        for (int round = 0; round < 20; round++)
        {
            using var peer = await StartAsync(cluster);
            for (int frame = 0; frame < 50; frame++)
            {
                byte[] content = new byte[random.Next(0, 60)];
                random.NextBytes(content);
                await peer.CallAsync(methods[random.Next(methods.Length)], Place(cluster), "k", writer => content.CopyTo(writer.Take(content.Length)), id: (ulong)frame);
            }

            for (int frame = 0; frame < 50; frame++) (await peer.ReceiveAsync().Soon()).ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task A_peer_that_trickles_a_frame_is_closed_after_three_heartbeats()
    {
        await using var cluster = await RelayCluster.StartAsync(1, transport: options => options.HeartbeatPeriod = TimeSpan.FromMilliseconds(100));
        using var peer = await StartAsync(cluster);
        await peer.SendBytesAsync([0, 0, 1, 0]);
        var closed = peer.ShouldBeClosedAsync();
        using var trickle = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!closed.IsCompleted && await trickle.WaitForNextTickAsync())
        {
            try
            {
                await peer.SendBytesAsync([1]);
            }
            catch (IOException)
            {
                break;
            }
        }

        await closed;
        cluster.Logs.Texts.ShouldContain(text => text.Contains("Nothing has come from raw@-5 for 3 heartbeats"));
    }

    private static async Task<RawPeer> StartAsync(RelayCluster cluster)
    {
        var peer = await RawPeer.ConnectAsync(cluster).Soon();
        await peer.SendManifestAsync();
        return peer;
    }

    private static async Task ShouldBeClosedAsync(RelayCluster cluster, RawPeer peer, string reason)
    {
        await peer.ShouldBeClosedAsync();
        await cluster.Logs.LoggedText(reason);
    }

    private static ulong MethodId(string name) => GrainInterfaces.Find(typeof(IRelayGrain)).Methods.Single(method => method.Name == name).Id;

    private static int Place(RelayCluster cluster) => ((ClusterTransport)cluster.SiloOf(0).Transport!).Manifest.Select((type, place) => (type, place)).Single(pair => pair.type.GrainType == "relay").place;
}
