using System.Net.Sockets;
using System.Security.Cryptography;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Networking;
using Orrery.Runtime.Storage;
using Orrery.Runtime.Transport;

namespace Orrery.Runtime.Tests.Transport;

public sealed class HandshakeTests
{
    private const string Secret = "a secret of the tests";

    [Fact]
    public async Task With_the_same_secret_silos_talk()
    {
        await using var cluster = await RelayCluster.StartAsync(2, cluster: options => options.Secret = Secret);
        (await cluster.ClientOf(0).GetGrain<IRelayGrain>(cluster.KeyIn(1)).Add(1).AsTask().Soon()).ShouldBe(1);
    }

    [Theory]
    [InlineData("another secret of the tests", "does not prove the cluster's secret")]
    [InlineData(null, "has a ClusterOptions.Secret, and the dialer has none")]
    public async Task Another_secret_is_refused(string? secret, string reason)
    {
        await using var cluster = await RelayCluster.StartAsync(1, cluster: options => options.Secret = Secret);
        (await Should.ThrowAsync<HandshakeException>(() => RawPeer.ConnectAsync(cluster, secret).Soon())).Message.ShouldContain(reason);
    }

    [Fact]
    public async Task A_dialer_that_does_not_check_the_silos_proof_has_to_give_its_own()
    {
        await using var cluster = await RelayCluster.StartAsync(1, cluster: options => options.Secret = Secret);
        using var socket = await ConnectAsync(cluster);
        await socket.SendAsync(Hello(1, 1, "memory", cluster.SiloOf(0).Cluster!.Self, hasSecret: true));
        (await ReceiveMessageAsync(socket)).Length.ShouldBeGreaterThan(32);
        await socket.SendAsync(Framed(new byte[32]));
        System.Text.Encoding.UTF8.GetString(await ReceiveMessageAsync(socket)).ShouldContain("the secrets differ");
        await ShouldBeClosedAsync(socket);
        cluster.Logs.Texts.ShouldContain(text => text.Contains("was refused"));
    }

    [Fact]
    public async Task Another_cluster_another_silo_and_another_version_are_refused_in_words()
    {
        await using var cluster = await RelayCluster.StartAsync(1);
        var self = cluster.SiloOf(0).Cluster!.Self;
        (await RefusalAsync(cluster, Hello(1, 1, "other", self))).ShouldContain("belongs to the cluster \"memory\", and the dialer to \"other\"");
        (await RefusalAsync(cluster, Hello(1, 1, "memory", new SiloId("silo-1", 99)))).ShouldContain("silo-1@99 was wanted, and silo-1@1 listens at this address now");
        (await RefusalAsync(cluster, Hello(2, 3, "memory", self))).ShouldContain("speaks the versions 1 to 1 of the wire protocol, and was offered 2 to 3. Upgrade a cluster one release at a time");
    }

    [Fact]
    public async Task Garbage_and_messages_that_are_too_long_or_cut_short_end_the_connection()
    {
        await using var cluster = await RelayCluster.StartAsync(1);
        foreach (byte[] bytes in new[] { "GET / HTTP/1.1\r\n\r\n"u8.ToArray(), [255, 255], Framed(new byte[100]), Hello(1, 1, "memory", cluster.SiloOf(0).Cluster!.Self)[..40] })
        {
            using var socket = await ConnectAsync(cluster);
            await socket.SendAsync(bytes);
            socket.Shutdown(SocketShutdown.Send);
            await ShouldBeClosedAsync(socket);
        }

        var random = new Random(7);
        for (int round = 0; round < 50; round++)
        {
            using var socket = await ConnectAsync(cluster);
            byte[] bytes = new byte[random.Next(1, 500)];
            random.NextBytes(bytes);
            await socket.SendAsync(bytes);
            socket.Shutdown(SocketShutdown.Send);
            await ShouldBeClosedAsync(socket);
        }

        (await cluster.ClientOf(0).GetGrain<IRelayGrain>("k").Add(1)).ShouldBe(1);
    }

    [Fact]
    public async Task A_peer_that_trickles_its_handshake_is_closed_when_the_time_for_it_is_over()
    {
        await using var cluster = await RelayCluster.StartAsync(1, transport: options => options.HandshakeTimeout = TimeSpan.FromMilliseconds(300));
        using var socket = await ConnectAsync(cluster);
        var closed = ShouldBeClosedAsync(socket);
        byte[] hello = Hello(1, 1, "memory", cluster.SiloOf(0).Cluster!.Self);
        for (int index = 0; !closed.IsCompleted; index++)
        {
            try
            {
                if (index < hello.Length - 1) await socket.SendAsync(hello.AsMemory(index, 1));
            }
            catch (SocketException)
            {
                break;
            }

            await Task.Delay(1);
        }

        await closed;
        cluster.Logs.Texts.ShouldContain(text => text.Contains("its handshake took longer than 00:00:00.3"));
    }

    [Fact]
    public async Task More_connections_in_their_handshake_than_allowed_are_closed_and_places_become_free_again()
    {
        await using var cluster = await RelayCluster.StartAsync(1, transport: options => options.HandshakesLimit = 2);
        var waiting = new List<Socket> { await ConnectAsync(cluster), await ConnectAsync(cluster) };
        using (var third = await ConnectAsync(cluster)) await ShouldBeClosedAsync(third);
        foreach (var socket in waiting)
        {
            socket.Shutdown(SocketShutdown.Send);
            await ShouldBeClosedAsync(socket);
            socket.Dispose();
        }

        using var peer = await RawPeer.ConnectAsync(cluster).Soon();
    }

    private static async Task<string> RefusalAsync(RelayCluster cluster, byte[] hello)
    {
        using var socket = await ConnectAsync(cluster);
        await socket.SendAsync(hello);
        string refusal = System.Text.Encoding.UTF8.GetString(await ReceiveMessageAsync(socket));
        await ShouldBeClosedAsync(socket);
        return refusal;
    }

    private static byte[] Hello(ushort least, ushort most, string cluster, SiloId target, bool hasSecret = false)
    {
        var writer = CodeGeneration.WireWriter.Rent(null);
        writer.WriteUInt32(0x5952524f);
        writer.WriteUInt16(least);
        writer.WriteUInt16(most);
        RandomNumberGenerator.Fill(writer.Take(32));
        writer.WriteByte(hasSecret ? (byte)1 : (byte)0);
        writer.WriteText(cluster);
        writer.WriteText("raw");
        writer.WriteInt64(-5);
        writer.WriteText(target.Name);
        writer.WriteInt64(target.Generation);
        byte[] hello = Framed(writer.Written.ToArray());
        writer.Return();
        return hello;
    }

    private static byte[] Framed(byte[] message) => [(byte)message.Length, (byte)(message.Length >> 8), .. message];

    private static async Task<Socket> ConnectAsync(RelayCluster cluster)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", int.Parse(cluster.AddressOf(0).Split(':')[1]));
        return socket;
    }

    private static async Task<byte[]> ReceiveMessageAsync(Socket socket)
    {
        byte[] head = new byte[2];
        (await socket.ReceiveAsync(head).Soon()).ShouldBe(2);
        byte[] message = new byte[head[0] | head[1] << 8];
        for (int have = 0; have < message.Length;) have += await socket.ReceiveAsync(message.AsMemory(have)).AsTask().Soon();
        return message;
    }

    private static async Task ShouldBeClosedAsync(Socket socket)
    {
        try
        {
            while (await socket.ReceiveAsync(new byte[1024]).Soon() > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Closed with bytes of ours unread.
        }
    }
}
