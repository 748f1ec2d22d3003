using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Orrery.Connectors.ChangeCapture.MySql.Protocol;

/// <summary>
/// A signed-in connection: statements with small text answers, prepared reads with binary rows, and the dump of the binary log.
/// One thing at a time.
/// </summary>
internal sealed partial class ServerConnection : IAsyncDisposable
{
    const byte Ok = 0, MoreData = 1, EndOfData = 254, Error = 255;
    const int AnswerRowsMax = 1_000_000;

    readonly MySqlEndpoint endpoint;

    ServerConnection(MySqlEndpoint endpoint, PacketChannel channel)
    {
        this.endpoint = endpoint;
        Channel = channel;
    }

    public PacketChannel Channel { get; }

    /// <summary>As the server says it: <c>5.5.5-10.11.6-MariaDB-log</c>, <c>8.0.36</c>.</summary>
    public string Version { get; private set; } = "";

    public bool IsMariaDb => Version.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);

    public uint ThreadId { get; private set; }

    public bool IsEncrypted => Channel.Stream is SslStream;

    /// <exception cref="ChangeSourceException">It cannot be reached, or refuses the sign-in.</exception>
    public static async ValueTask<ServerConnection> OpenAsync(MySqlEndpoint endpoint, TimeProvider time, int packetBytesMax, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = 1 << 20 };
        PacketChannel? channel = null;
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancellationToken).AsTask().WaitAsync(endpoint.Timeout, time, cancellationToken).ConfigureAwait(false);
            channel = new PacketChannel(new NetworkStream(socket, ownsSocket: true), time, packetBytesMax) { Silence = endpoint.Timeout };
            var connection = new ServerConnection(endpoint, channel);
            await connection.ShakeHandsAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch (Exception error)
        {
            if (channel is null) socket.Dispose();
            else await channel.DisposeAsync().ConfigureAwait(false);
            if (error is OperationCanceledException or ChangeSourceException) throw;
            throw new ChangeSourceException(
                error is MySqlServerException or NotSupportedException ? ChangeSourceFault.Settings : ChangeSourceFault.Unreachable,
                $"Cannot sign in at {endpoint} as '{endpoint.User}' within {endpoint.Timeout.TotalSeconds:0.#} s: {error.Message}", error);
        }
    }

    /// <summary>Runs a statement. Answers its rows as text, null where null; none for one that answers no rows.</summary>
    /// <exception cref="MySqlServerException">The server refuses it.</exception>
    public async ValueTask<List<string?[]>> QueryAsync(string statement, CancellationToken cancellationToken)
    {
        await SendAsync(Command.Query, Encoding.UTF8.GetBytes(statement), cancellationToken).ConfigureAwait(false);
        var first = await Channel.ReadAsync(cancellationToken).ConfigureAwait(false);
        var rows = new List<string?[]>();
        int columns = ColumnCount(first.Span, Brief(statement));
        if (columns == 0) return rows;
        await SkipColumnsAsync(columns, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var packet = await Channel.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (IsEnd(packet.Span)) return rows;
            if (packet.Span[0] == Error) throw MySqlServerException.Read(packet.Span, Brief(statement));
            if (rows.Count == AnswerRowsMax) throw new EventFormatException($"{Brief(statement)} answers more than {AnswerRowsMax} rows.");
            rows.Add(TextRow(packet.Span, columns));
        }
    }

    /// <summary>The one value of a statement; null where there is no row or it is null.</summary>
    public async ValueTask<string?> ValueAsync(string statement, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync(statement, cancellationToken).ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0][0];
    }

    public async ValueTask SendAsync(Command command, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken)
    {
        var payload = new byte[1 + argument.Length];
        payload[0] = (byte)command;
        argument.Span.CopyTo(payload.AsSpan(1));
        Channel.BeginCommand();
        await Channel.WriteAsync(payload, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads an answer without rows.</summary>
    public async ValueTask ExpectOkAsync(string during, CancellationToken cancellationToken)
    {
        var packet = await Channel.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (packet.Length > 0 && packet.Span[0] == Error) throw MySqlServerException.Read(packet.Span, during);
    }

    public async ValueTask SkipColumnsAsync(int columns, CancellationToken cancellationToken)
    {
        for (int column = 0; column <= columns; column++) await Channel.ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    public static bool IsEnd(ReadOnlySpan<byte> packet) => packet.Length is > 0 and < 9 && packet[0] == EndOfData;

    public static bool IsError(ReadOnlySpan<byte> packet) => packet.Length > 0 && packet[0] == Error;

    public async ValueTask DisposeAsync() => await Channel.DisposeAsync().ConfigureAwait(false);

    static int ColumnCount(ReadOnlySpan<byte> packet, string during)
    {
        if (packet.Length == 0) throw new EventFormatException($"An empty answer to {during}.");
        if (packet[0] == Error) throw MySqlServerException.Read(packet, during);
        if (packet[0] == Ok) return 0;
        var reader = new PacketReader(packet);
        ulong columns = reader.Length();
        return columns <= 4096 ? (int)columns : throw new EventFormatException($"{columns} columns answer {during}.");
    }

    static string?[] TextRow(ReadOnlySpan<byte> packet, int columns)
    {
        var reader = new PacketReader(packet);
        var row = new string?[columns];
        for (int column = 0; column < columns; column++)
        {
            if (reader.Peek() == 251) reader.Skip(1);
            else row[column] = reader.LengthText();
        }

        return row;
    }

    static string Brief(string statement) => statement.Length <= 60 ? $"'{statement}'" : $"'{statement[..60]}...'";
}

/// <summary>Commands of the protocol.</summary>
internal enum Command : byte
{
    Query = 3,
    BinlogDump = 18,
    RegisterReplica = 21,
    Prepare = 22,
    Execute = 23,
    CloseStatement = 25,
    BinlogDumpGtid = 30,
}
