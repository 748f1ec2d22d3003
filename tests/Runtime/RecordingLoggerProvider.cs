using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Orrery.Runtime.Tests;

/// <summary>Keeps what was logged, and lets a test wait for a line.</summary>
internal sealed class RecordingLoggerProvider : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(EventId Id, string Text, Exception? Error)> _lines = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _waits = new();

    public IEnumerable<string> Texts => _lines.Select(line => line.Text);

    public Task Logged(int eventId) => _waits.GetOrAdd(eventId, _ => Clusters.Signal()).Task.Soon();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _lines.Enqueue((eventId, formatter(state, exception), exception));
        _waits.GetOrAdd(eventId.Id, _ => Clusters.Signal()).TrySetResult();
    }

    public void Dispose()
    {
    }
}
