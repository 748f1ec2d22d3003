using System.IO.Pipelines;

namespace Orrery.Runtime.Networking;

/// <summary>Streams of bytes between processes. TCP in real life; a simulation or a test host gives its own.</summary>
internal interface INetwork
{
    /// <param name="address"><c>host:port</c>; port 0 takes a free one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<INetworkListener> ListenAsync(string address, CancellationToken cancellationToken);

    ValueTask<INetworkConnection> ConnectAsync(string address, CancellationToken cancellationToken);
}

internal interface INetworkListener : IAsyncDisposable
{
    /// <summary>The address in force: with the port that was taken.</summary>
    string Address { get; }

    /// <summary>The next connection; null once the listener is disposed.</summary>
    ValueTask<INetworkConnection?> AcceptAsync(CancellationToken cancellationToken);
}

/// <summary>One stream in both directions. Ends of either side complete the other's reader.</summary>
internal interface INetworkConnection : IDuplexPipe, IAsyncDisposable
{
    /// <summary>Whom it reaches, for logs.</summary>
    string RemoteAddress { get; }

    /// <summary>Ends both directions at once; what was not sent is dropped.</summary>
    void Abort(Exception reason);
}
