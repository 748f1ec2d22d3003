using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Orrery.Grains.Tests;

/// <summary>Keeps what was logged as a warning or worse, for messages of failed tests and for tests of what must not be logged.</summary>
sealed class RecordedLogs : ILoggerProvider
{
    readonly ConcurrentQueue<string> problems = new();

    public IReadOnlyCollection<string> Problems => problems;

    public ILogger CreateLogger(string categoryName) => new Recorder(problems);

    public void Dispose()
    {
    }

    sealed class Recorder(ConcurrentQueue<string> problems) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                problems.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
        }
    }
}
