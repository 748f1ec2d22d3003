using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Networking;
using Orrery.Runtime.Storage;
using Orrery.Runtime.Transport;

namespace Orrery.Runtime.Tests.Transport;

/// <summary>A process that has shaken hands with a silo as it should, and then sends whatever a test wants.</summary>
internal sealed class RawPeer(INetworkConnection network) : IDisposable
{
    private uint _number;

    public static async Task<RawPeer> ConnectAsync(RelayCluster cluster, string? secret = null)
    {
        var network = await new TcpNetwork(new TransportOptions()).ConnectAsync(cluster.AddressOf(0), CancellationToken.None);
        await new Handshake(new SiloId("raw", -5), "memory", secret, RandomNumberGenerator.Fill).DialAsync(network, cluster.SiloOf(0).Cluster!.Self, CancellationToken.None);
        return new RawPeer(network);
    }

    public Task SendManifestAsync() => SendAsync(FrameKind.Manifest, static writer => writer.WriteVarint(0));

    public Task SendAsync(FrameKind kind, Action<WireWriter>? write = null, FrameFlags flags = FrameFlags.None, int skipNumbers = 0, uint? length = null)
    {
        var writer = WireWriter.Rent(null);
        var header = writer.Take(FrameHeader.Bytes);
        header[FrameHeader.KindAt] = (byte)kind;
        header[FrameHeader.FlagsAt] = (byte)flags;
        _number += 1 + (uint)skipNumbers;
        BinaryPrimitives.WriteUInt32LittleEndian(header[FrameHeader.NumberAt..], _number);
        write?.Invoke(writer);
        BinaryPrimitives.WriteUInt32LittleEndian(writer.Written, length ?? (uint)writer.Length - FrameHeader.LengthBytes);
        byte[] frame = writer.Written.ToArray();
        writer.Return();
        return SendBytesAsync(frame);
    }

    /// <summary>A call of a grain: id 1, the method, 10 s, the type's place, shard, key, and whatever arguments.</summary>
    public Task CallAsync(ulong method, int place, string key, Action<WireWriter>? arguments = null, int? shard = null, ulong id = 1) => SendAsync(FrameKind.Call, writer =>
    {
        writer.WriteUInt64(id);
        writer.WriteUInt64(method);
        writer.WriteUInt32(10_000);
        writer.WriteUInt16((ushort)place);
        writer.WriteUInt16((ushort)(shard ?? GrainShards.Of("relay", key)));
        writer.WriteText(key);
        arguments?.Invoke(writer);
    });

    public async Task SendBytesAsync(byte[] bytes) => await network.Output.WriteAsync(bytes);

    /// <summary>The next frame that is neither manifest, news nor heartbeat; null where the silo has closed the connection.</summary>
    public async Task<(FrameKind Kind, byte[] Content)?> ReceiveAsync()
    {
        while (true)
        {
            if (await ReadAsync(FrameHeader.LengthBytes) is not { } head) return null;
            if (await ReadAsync(BinaryPrimitives.ReadInt32LittleEndian(head)) is not { } rest) return null;
            var kind = (FrameKind)rest[0];
            if (kind is not (FrameKind.Manifest or FrameKind.Shards or FrameKind.Heartbeat)) return (kind, rest[FrameHeader.CountedBytes..]);
        }
    }

    /// <summary>The exception of a failure frame, whose call id is 1.</summary>
    public async Task<Exception> ReceiveFailureAsync()
    {
        var (kind, content) = (await ReceiveAsync().Soon()).ShouldNotBeNull();
        kind.ShouldBe(FrameKind.Failure);
        return Read(content);
    }

    public async Task ShouldBeClosedAsync() => (await ReceiveAsync().Soon()).ShouldBeNull();

    public void Dispose() => network.Abort(new IOException("The test ends."));

    private static Exception Read(byte[] content)
    {
        var reader = new WireReader(content, null);
        reader.ReadUInt64().ShouldBe(1u);
        return WireExceptions.Read(ref reader);
    }

    private async Task<byte[]?> ReadAsync(int count)
    {
        try
        {
            var result = await network.Input.ReadAtLeastAsync(count);
            if (result.Buffer.Length < count) return null;
            byte[] bytes = result.Buffer.Slice(0, count).ToArray();
            network.Input.AdvanceTo(result.Buffer.GetPosition(count));
            return bytes;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
