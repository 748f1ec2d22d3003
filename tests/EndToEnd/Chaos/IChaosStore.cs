namespace Orrery.EndToEnd.Tests.Chaos;

/// <summary>A real store of the test's own that can be restarted on its data.</summary>
interface IChaosStore : IAsyncDisposable
{
    int Port { get; }

    /// <summary>How a process connects that reaches the store at another port, through a proxy.</summary>
    string ConnectionThrough(int port);

    /// <summary>Ends it in good order and starts it again on the same port and data.</summary>
    Task RestartAsync();
}
