using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Networking;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Transport;

/// <summary>
/// The beginning of a connection (docs/reference/wire.md). Who dials says Hello: what it speaks, who it is, whom it wants, a nonce. Who accepts answers with its own,
/// or with a refusal in words, and proves the secret; who dialed proves it too and is welcomed. A proof is an HMAC-SHA256 under the secret over the side's
/// role and both messages as they were sent, so no proof of one connection fits another, and neither side can be handed back its own.
/// </summary>
internal sealed class Handshake(SiloId self, string cluster, string? secret, Action<Span<byte>> fillNonce)
{
    public const int VersionLeast = 1;
    public const int VersionMost = 1;

    /// <summary>"ORRY".</summary>
    private const uint Magic = 0x5952524f;
    private const int NonceBytes = 32;
    private const int ProofBytes = 32;
    private const int MessageBytesLimit = 4096;
    private const int TextLengthMax = 400;

    private readonly byte[] _key = Encoding.UTF8.GetBytes(secret ?? "");

    /// <summary>By who dialed.</summary>
    /// <exception cref="HandshakeException">The other side refuses, or is not who it should be.</exception>
    public async Task DialAsync(INetworkConnection network, SiloId target, CancellationToken cancellationToken)
    {
        byte[] hello = WriteHello(target);
        await SendAsync(network.Output, hello, cancellationToken);
        byte[] answer = await ReceiveAsync(network, cancellationToken);
        ReadAnswer(answer, hello, target);
        await SendAsync(network.Output, Message(writer => Prove("dialer", hello, answer.AsSpan(0, answer.Length - ProofBytes)).CopyTo(writer.Take(ProofBytes))), cancellationToken);
        ReadWelcome(await ReceiveAsync(network, cancellationToken), network.RemoteAddress);
    }

    /// <summary>By who accepted. Answers who dialed.</summary>
    /// <param name="network">The connection.</param>
    /// <param name="judge">Refuses a dialer by answering a reason, null to go on; asked before anything is proven.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HandshakeException">The dialer was refused.</exception>
    public async Task<SiloId> AcceptAsync(INetworkConnection network, Func<SiloId, string?> judge, CancellationToken cancellationToken)
    {
        byte[] hello = await ReceiveAsync(network, cancellationToken);
        var (dialer, refusal) = ReadHello(hello);
        refusal ??= judge(dialer);
        byte[] answer = WriteAnswer(refusal, hello);
        await SendAsync(network.Output, answer, cancellationToken);
        if (refusal is not null) throw new HandshakeException($"{network.RemoteAddress} was refused: {refusal}");
        byte[] proof = await ReceiveAsync(network, cancellationToken);
        bool isProven = CryptographicOperations.FixedTimeEquals(proof, Prove("dialer", hello, answer.AsSpan(0, answer.Length - ProofBytes)));
        refusal = isProven ? null : "the secrets differ. Give every process the same ClusterOptions.Secret.";
        await SendAsync(network.Output, Message(writer => WriteVerdict(writer, refusal)), cancellationToken);
        return isProven ? dialer : throw new HandshakeException($"{network.RemoteAddress} ({dialer}) was refused: {refusal}");
    }

    private byte[] WriteHello(SiloId target) => Message(writer =>
    {
        writer.WriteUInt32(Magic);
        writer.WriteUInt16(VersionLeast);
        writer.WriteUInt16(VersionMost);
        WriteNonce(writer);
        writer.WriteByte(_key.Length > 0 ? (byte)1 : (byte)0);
        writer.WriteText(cluster);
        WriteId(writer, self);
        WriteId(writer, target);
    });

    /// <summary>Who dials, and why it is refused; null where nothing speaks against it so far.</summary>
    private (SiloId Dialer, string? Refusal) ReadHello(byte[] hello)
    {
        var reader = new WireReader(hello, null);
        if (reader.ReadUInt32() != Magic) throw new HandshakeException("Something else than an Orrery process has connected: its first bytes are not the protocol's.");
        int least = reader.ReadUInt16(), most = reader.ReadUInt16();
        if (least > VersionMost || most < VersionLeast)
            return (default, $"{self} speaks the versions {VersionLeast} to {VersionMost} of the wire protocol, and was offered {least} to {most}. Upgrade a cluster one release at a time.");
        reader.Take(NonceBytes);
        bool hasSecret = reader.ReadByte() != 0;
        string dialersCluster = reader.ReadName();
        var dialer = ReadId(ref reader);
        var target = ReadId(ref reader);
        if (dialersCluster != cluster) return (dialer, $"{self} belongs to the cluster \"{cluster}\", and the dialer to \"{dialersCluster}\". Do they use the same store?");
        if (target != self) return (dialer, $"{target} was wanted, and {self} listens at this address now.");
        if (hasSecret != _key.Length > 0) return (dialer, hasSecret ? $"{self} has no ClusterOptions.Secret, and the dialer has one." : $"{self} has a ClusterOptions.Secret, and the dialer has none.");
        return (dialer, null);
    }

    private byte[] WriteAnswer(string? refusal, byte[] hello)
    {
        byte[] answer = Message(writer =>
        {
            writer.WriteUInt32(Magic);
            WriteVerdict(writer, refusal);
            writer.WriteUInt16(VersionMost);
            WriteNonce(writer);
            WriteId(writer, self);
            writer.Take(ProofBytes).Clear();
        });
        if (refusal is null) Prove("acceptor", hello, answer.AsSpan(0, answer.Length - ProofBytes)).CopyTo(answer.AsSpan(answer.Length - ProofBytes));
        return answer;
    }

    private void ReadAnswer(byte[] answer, byte[] hello, SiloId target)
    {
        var reader = new WireReader(answer, null);
        if (reader.ReadUInt32() != Magic) throw new HandshakeException($"What listens at the address of {target} is no Orrery process: its first bytes are not the protocol's.");
        if (ReadVerdict(ref reader) is { } refusal) throw new HandshakeException($"{target} refused the connection: {refusal}");
        int version = reader.ReadUInt16();
        if (version is < VersionLeast or > VersionMost) throw new HandshakeException($"{target} chose version {version} of the wire protocol; {VersionLeast} to {VersionMost} were offered.");
        reader.Take(NonceBytes);
        var acceptor = ReadId(ref reader);
        if (acceptor != target) throw new HandshakeException($"{target} was wanted, and {acceptor} listens at its address now.");
        if (reader.Remaining != ProofBytes || !CryptographicOperations.FixedTimeEquals(reader.Take(ProofBytes), Prove("acceptor", hello, answer.AsSpan(0, answer.Length - ProofBytes))))
            throw new HandshakeException($"{target} does not prove the cluster's secret. Give every process the same ClusterOptions.Secret.");
    }

    private static void ReadWelcome(byte[] welcome, string address)
    {
        var reader = new WireReader(welcome, null);
        if (ReadVerdict(ref reader) is { } refusal) throw new HandshakeException($"{address} refused the connection: {refusal}");
    }

    private byte[] Prove(string role, ReadOnlySpan<byte> hello, ReadOnlySpan<byte> answer)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hash.AppendData(Encoding.ASCII.GetBytes($"orrery wire {role}\0"));
        hash.AppendData(hello);
        hash.AppendData(answer);
        return hash.GetHashAndReset();
    }

    private void WriteNonce(WireWriter writer) => fillNonce(writer.Take(NonceBytes));

    private static void WriteVerdict(WireWriter writer, string? refusal) => writer.WriteString(refusal is { Length: > TextLengthMax } ? refusal[..TextLengthMax] : refusal);

    private static string? ReadVerdict(ref WireReader reader) => reader.ReadString();

    private static void WriteId(WireWriter writer, SiloId id)
    {
        writer.WriteText(id.Name);
        writer.WriteInt64(id.Generation);
    }

    private static SiloId ReadId(ref WireReader reader) => new(reader.ReadName(), reader.ReadInt64());

    /// <summary>The content of a message, behind its length in two bytes.</summary>
    private static byte[] Message(Action<WireWriter> write)
    {
        var writer = WireWriter.Rent(null);
        write(writer);
        byte[] message = writer.Written.ToArray();
        writer.Return();
        return message;
    }

    private static async Task SendAsync(PipeWriter output, byte[] message, CancellationToken cancellationToken)
    {
        byte[] framed = new byte[sizeof(ushort) + message.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(framed, checked((ushort)message.Length));
        message.CopyTo(framed, sizeof(ushort));
        await output.WriteAsync(framed, cancellationToken);
    }

    private static async Task<byte[]> ReceiveAsync(INetworkConnection network, CancellationToken cancellationToken)
    {
        byte[] head = await ReceiveAsync(network, sizeof(ushort), cancellationToken);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(head);
        if (length > MessageBytesLimit) throw new HandshakeException($"{network.RemoteAddress} announced {length} bytes of handshake; the most are {MessageBytesLimit}.");
        return await ReceiveAsync(network, length, cancellationToken);
    }

    private static async Task<byte[]> ReceiveAsync(INetworkConnection network, int count, CancellationToken cancellationToken)
    {
        var result = await network.Input.ReadAtLeastAsync(count, cancellationToken);
        if (result.Buffer.Length < count) throw new HandshakeException($"{network.RemoteAddress} closed the connection in the handshake.");
        byte[] bytes = result.Buffer.Slice(0, count).ToArray();
        network.Input.AdvanceTo(result.Buffer.GetPosition(count));
        return bytes;
    }
}

/// <summary>Two processes do not belong together, or one is not what it should be. The message says why.</summary>
internal sealed class HandshakeException(string message) : Exception(message);
