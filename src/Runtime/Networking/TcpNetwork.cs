using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Orrery.Runtime.Hosting;

namespace Orrery.Runtime.Networking;

/// <summary>TCP without delay; TLS with certificates of both sides where <see cref="TransportOptions.Certificate"/> is set.</summary>
internal sealed class TcpNetwork(TransportOptions options) : INetwork
{
    private const int ListenBacklog = 512;

    public async ValueTask<INetworkListener> ListenAsync(string address, CancellationToken cancellationToken)
    {
        var (host, port) = Split(address);
        var endPoint = new IPEndPoint(await ResolveAsync(host, cancellationToken), port);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
            socket.Listen(ListenBacklog);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new IOException($"The silo cannot listen at {address} (ClusterOptions.Address): {error.Message}", error);
        }

        return new TcpListener(socket, host, Tls);
    }

    public async ValueTask<INetworkConnection> ConnectAsync(string address, CancellationToken cancellationToken)
    {
        var (host, port) = Split(address);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken);
            return await TcpConnection.MakeAsync(socket, Tls is null ? null : stream => Tls.DialAsync(stream, host, cancellationToken));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private TlsRules? Tls { get; } = options.Certificate is null ? null : new TlsRules(options);

    private static async ValueTask<IPAddress> ResolveAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host, out var address) ? address : (await Dns.GetHostAddressesAsync(host, cancellationToken))[0];

    /// <exception cref="FormatException">The address is not <c>host:port</c>.</exception>
    private static (string Host, int Port) Split(string address)
    {
        int colon = address.LastIndexOf(':');
        if (colon > 0 && ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)) return (address[..colon].Trim('[', ']'), port);
        throw new FormatException($"\"{address}\" is no address: write host:port, as 10.0.0.5:7500 or [::1]:7500.");
    }

    private sealed class TcpListener(Socket socket, string host, TlsRules? tls) : INetworkListener
    {
        public string Address { get; } = (host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host) + ":" + ((IPEndPoint)socket.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);

        public async ValueTask<INetworkConnection?> AcceptAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                Socket accepted;
                try
                {
                    accepted = await socket.AcceptAsync(cancellationToken);
                }
                catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
                {
                    continue; // it was gone before it was accepted
                }
                catch (Exception error) when (error is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted or SocketError.Interrupted or SocketError.InvalidArgument })
                {
                    return null;
                }

                accepted.NoDelay = true;
                return new TcpConnection(accepted, tls is null ? null : tls.AcceptAsync);
            }
        }

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>One socket. An accepted one begins TLS when it is first asked to, so that a slow peer holds up nobody else.</summary>
internal sealed class TcpConnection : INetworkConnection, ISecuredConnection
{
    private const int ReadBytes = 128 * 1024;

    private readonly Socket _socket;
    private Func<Stream, Task<SslStream>>? _secure;
    private Stream _stream;

    public TcpConnection(Socket socket, Func<Stream, Task<SslStream>>? secure)
    {
        _socket = socket;
        _secure = secure;
        _stream = new NetworkStream(socket, ownsSocket: true);
        RemoteAddress = socket.RemoteEndPoint?.ToString() ?? "an unknown address";
        if (secure is null) OpenPipes();
    }

    public PipeReader Input { get; private set; } = null!;

    public PipeWriter Output { get; private set; } = null!;

    public string RemoteAddress { get; }

    public static async ValueTask<INetworkConnection> MakeAsync(Socket socket, Func<Stream, Task<SslStream>>? secure)
    {
        var connection = new TcpConnection(socket, secure);
        await connection.SecureAsync();
        return connection;
    }

    public async ValueTask SecureAsync()
    {
        if (_secure is not { } secure) return;
        _secure = null;
        _stream = await secure(_stream);
        OpenPipes();
    }

    public void Abort(Exception reason) => _socket.Dispose();

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private void OpenPipes()
    {
        Input = PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: ReadBytes, minimumReadSize: ReadBytes / 4, leaveOpen: true));
        Output = PipeWriter.Create(_stream, new StreamPipeWriterOptions(leaveOpen: true));
    }
}

/// <summary>A connection that has to be secured before its pipes are used.</summary>
internal interface ISecuredConnection
{
    ValueTask SecureAsync();
}
