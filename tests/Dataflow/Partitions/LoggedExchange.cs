using System.Collections.Concurrent;
using Orrery.Dataflow.Partitions;

namespace Orrery.Dataflow.Tests.Partitions;

/// <summary>Keeps all messages, as a log does, and asks that a message that is given again is the same.</summary>
internal sealed class LoggedExchange(int partitions)
{
    private readonly ConcurrentDictionary<(ExchangeRound Round, int Sender, int Receiver), TaskCompletionSource<IReadOnlyList<ReadOnlyMemory<byte>>>> _messages = new();

    public int Partitions => partitions;

    /// <summary>Messages that came again.</summary>
    public int Repeats { get; private set; }

    public IExchange At(int partition) => new End(this, partition);

    private TaskCompletionSource<IReadOnlyList<ReadOnlyMemory<byte>>> Of(ExchangeRound round, int sender, int receiver) =>
        _messages.GetOrAdd((round, sender, receiver), static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private sealed class End(LoggedExchange log, int self) : IExchange
    {
        public ValueTask Give(ExchangeRound round, int receiver, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellation)
        {
            var message = log.Of(round, self, receiver);
            if (message.TrySetResult(parts)) return ValueTask.CompletedTask;
            log.Repeats++;
            var former = message.Task.Result;
            parts.Count.ShouldBe(former.Count, $"{round} from {self} to {receiver}");
            for (int part = 0; part < parts.Count; part++) parts[part].Span.SequenceEqual(former[part].Span).ShouldBeTrue($"{round} from {self} to {receiver}, part {part}");
            return ValueTask.CompletedTask;
        }

        public async ValueTask<IReadOnlyList<IReadOnlyList<ReadOnlyMemory<byte>>>> Take(ExchangeRound round, CancellationToken cancellation) =>
            await Task.WhenAll(Enumerable.Range(0, log.Partitions).Select(sender => sender == self ? Task.FromResult<IReadOnlyList<ReadOnlyMemory<byte>>>([]) : log.Of(round, sender, self).Task.WaitAsync(cancellation)));
    }
}
