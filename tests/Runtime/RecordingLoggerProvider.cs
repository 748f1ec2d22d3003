using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Orrery.Runtime.Tests;

/// <summary>Keeps what was logged, and lets a test wait for a line.</summary>
internal sealed class RecordingLoggerProvider : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(EventId Id, string Text, Exception? Error)> _lines = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _waits = new();
    private readonly ConcurrentQueue<(string Part, TaskCompletionSource Seen)> _textWaits = new();

    public IEnumerable<string> Texts => _lines.Select(line => line.Text);

    public Task Logged(int eventId) => _waits.GetOrAdd(eventId, _ => Clusters.Signal()).Task.Soon();

    /// <summary>Ends when a line with this text is logged, or where one was.</summary>
    public Task LoggedText(string part)
    {
        var seen = Clusters.Signal();
        _textWaits.Enqueue((part, seen));
        if (Texts.Any(text => text.Contains(part))) seen.TrySetResult();
        return seen.Task.Soon();
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string text = formatter(state, exception);
        _lines.Enqueue((eventId, text, exception));
        foreach (var (part, seen) in _textWaits)
            if (text.Contains(part)) seen.TrySetResult();
        _waits.GetOrAdd(eventId.Id, _ => Clusters.Signal()).TrySetResult();
    }

    public void Dispose()
    {
    }
}
