using System.Net.Security;
using System.Text;

namespace Orrery.Connectors.ChangeCapture.MySql.Protocol;

/// <summary>Greeting, encryption, sign-in.</summary>
internal sealed partial class ServerConnection
{
    const uint LongPassword = 1, LongFlag = 4, Protocol41 = 0x200, Ssl = 0x800, Transactions = 0x2000, SecureConnection = 0x8000, PluginAuth = 0x80000, LengthEncodedAnswer = 0x200000;
    const byte Utf8Mb4 = 45, RequestKey = 2, FastOk = 3, FullNeeded = 4;
    const int PacketBytesOffered = 1 << 30, RoundsMax = 8;

    async ValueTask ShakeHandsAsync(CancellationToken cancellationToken)
    {
        var greeting = await Channel.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (IsError(greeting.Span)) throw MySqlServerException.Read(greeting.Span, "the connection");
        (uint offered, byte[] challenge, string method) = ReadGreeting(greeting.Span);
        if ((offered & (Protocol41 | SecureConnection)) != (Protocol41 | SecureConnection)) throw new NotSupportedException($"The server {Version} speaks a protocol from before 4.1.");
        uint flags = LongPassword | LongFlag | Protocol41 | Transactions | SecureConnection | (offered & (PluginAuth | LengthEncodedAnswer));
        if (await EncryptAsync(offered, flags, cancellationToken).ConfigureAwait(false)) flags |= Ssl;
        if (method is not (SignIn.Native or SignIn.CachingSha2)) method = SignIn.Native; // The server then names the account's own.
        byte[] answer = SignIn.Answer(method, endpoint.Password, challenge);
        await Channel.WriteAsync(Response(flags, answer, method), cancellationToken).ConfigureAwait(false);
        await SignInAsync(method, challenge, cancellationToken).ConfigureAwait(false);
        await QueryAsync("SET NAMES utf8mb4", cancellationToken).ConfigureAwait(false);
    }

    (uint Offered, byte[] Challenge, string Method) ReadGreeting(ReadOnlySpan<byte> packet)
    {
        var reader = new PacketReader(packet);
        if (reader.Byte() is not 10 and var protocol) throw new NotSupportedException($"The server speaks version {protocol} of the protocol; 10 is known.");
        Version = reader.TextToZero();
        ThreadId = reader.UInt32();
        byte[] challenge = [.. reader.Bytes(8)];
        reader.Skip(1);
        uint offered = (uint)reader.UInt16();
        if (reader.Left == 0) return (offered, challenge, SignIn.Native);
        reader.Skip(3); // character set, status
        offered |= (uint)reader.UInt16() << 16;
        int challengeBytes = reader.Byte();
        reader.Skip(10);
        if ((offered & SecureConnection) != 0) challenge = [.. challenge, .. reader.Bytes(Math.Max(13, challengeBytes - 8))[..(SignIn.ChallengeBytes - 8)]];
        string method = (offered & PluginAuth) != 0 && reader.Left > 0 ? MethodName(reader.Rest()) : SignIn.Native;
        return (offered, challenge, method);
    }

    static string MethodName(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? bytes : bytes[..end]);
    }

    async ValueTask<bool> EncryptAsync(uint offered, uint flags, CancellationToken cancellationToken)
    {
        if (endpoint.Tls == MySqlTls.Disabled) return false;
        if ((offered & Ssl) == 0)
            return endpoint.Tls == MySqlTls.Preferred ? false : throw new NotSupportedException($"Encryption is {endpoint.Tls}, and the server offers none.");
        await Channel.WriteAsync(Response(flags | Ssl, null, ""), cancellationToken).ConfigureAwait(false);
        var encrypted = new SslStream(Channel.Stream);
        bool checks = endpoint.Tls == MySqlTls.Verified;
        await encrypted.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = endpoint.Host, RemoteCertificateValidationCallback = checks ? null : (_, _, _, _) => true },
            cancellationToken).WaitAsync(endpoint.Timeout, cancellationToken).ConfigureAwait(false);
        Channel.Continue(encrypted);
        return true;
    }

    byte[] Response(uint flags, byte[]? answer, string method)
    {
        using var packet = new MemoryStream();
        var writer = new BinaryWriter(packet);
        writer.Write(flags);
        writer.Write(PacketBytesOffered);
        writer.Write(Utf8Mb4);
        writer.Write(new byte[23]);
        if (answer is not null)
        {
            writer.Write(Encoding.UTF8.GetBytes(endpoint.User + "\0"));
            writer.Write((byte)answer.Length); // Under 251 it is the same with and without length encoding.
            writer.Write(answer);
            if ((flags & PluginAuth) != 0) writer.Write(Encoding.ASCII.GetBytes(method + "\0"));
        }

        writer.Flush();
        return packet.ToArray();
    }

    async ValueTask SignInAsync(string method, byte[] challenge, CancellationToken cancellationToken)
    {
        for (int round = 0; round < RoundsMax; round++)
        {
            var packet = await Channel.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (packet.Length == 0) throw new EventFormatException("An empty packet answers the sign-in.");
            switch (packet.Span[0])
            {
                case Ok:
                    return;
                case Error:
                    throw MySqlServerException.Read(packet.Span, "the sign-in");
                case EndOfData:
                    (method, challenge) = ReadSwitch(packet.Span);
                    await Channel.WriteAsync(SignIn.Answer(method, endpoint.Password, challenge), cancellationToken).ConfigureAwait(false);
                    break;
                case MoreData when method == SignIn.CachingSha2 && packet.Length == 2 && packet.Span[1] == FastOk:
                    break; // The server knows the account's digest; its OK follows.
                case MoreData when method == SignIn.CachingSha2 && packet.Length == 2 && packet.Span[1] == FullNeeded:
                    await SendPasswordAsync(challenge, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    throw new EventFormatException($"A packet of {packet.Length} bytes that begins with {packet.Span[0]} answers the sign-in by {method}.");
            }
        }

        throw new EventFormatException($"The sign-in did not end within {RoundsMax} answers.");
    }

    static (string Method, byte[] Challenge) ReadSwitch(ReadOnlySpan<byte> packet)
    {
        if (packet.Length == 1) throw new NotSupportedException("The server asks for the sign-in of versions before 4.1.");
        var reader = new PacketReader(packet[1..]);
        string method = Encoding.ASCII.GetString(reader.ToZero());
        var challenge = reader.Rest();
        return (method, challenge[..Math.Min(challenge.Length, SignIn.ChallengeBytes)].ToArray());
    }

    async ValueTask SendPasswordAsync(byte[] challenge, CancellationToken cancellationToken)
    {
        if (IsEncrypted)
        {
            await Channel.WriteAsync(Encoding.UTF8.GetBytes(endpoint.Password + "\0"), cancellationToken).ConfigureAwait(false);
            return;
        }

        await Channel.WriteAsync(new[] { RequestKey }, cancellationToken).ConfigureAwait(false);
        var packet = await Channel.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (IsError(packet.Span)) throw MySqlServerException.Read(packet.Span, "the request for its public key");
        if (packet.Length < 2 || packet.Span[0] != MoreData) throw new EventFormatException($"A packet of {packet.Length} bytes answers the request for the server's public key.");
        byte[] encrypted = SignIn.Encrypt(endpoint.Password, challenge, Encoding.ASCII.GetString(packet.Span[1..]));
        await Channel.WriteAsync(encrypted, cancellationToken).ConfigureAwait(false);
    }
}
