using System.Collections.Concurrent;

namespace Orrery.Dataflow.Partitions;

/// <summary>Carries messages between partitions of one process. For all partitions at once; each takes a round once.</summary>
public sealed class LocalExchange
{
    private readonly ConcurrentDictionary<(ExchangeRound Round, int Receiver), Box> _boxes = new();

    /// <param name="partitions">How many there are, from 1 to <see cref="PartitionedGraph.PartitionsMax"/>.</param>
    public LocalExchange(int partitions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partitions, PartitionedGraph.PartitionsMax);
        Partitions = partitions;
    }

    public int Partitions { get; }

    /// <summary>The end of one partition.</summary>
    public IExchange At(int partition) => new End(this, partition);

    private sealed class Box(int partitions)
    {
        private readonly IReadOnlyList<ReadOnlyMemory<byte>>[] _messages = [.. Enumerable.Repeat<IReadOnlyList<ReadOnlyMemory<byte>>>([], partitions)];
        private int _missing = partitions - 1;

        public TaskCompletionSource<IReadOnlyList<IReadOnlyList<ReadOnlyMemory<byte>>>> Whole { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Put(int sender, IReadOnlyList<ReadOnlyMemory<byte>> parts)
        {
            _messages[sender] = parts;
            if (Interlocked.Decrement(ref _missing) == 0) Whole.SetResult(_messages);
        }
    }

    private sealed class End(LocalExchange exchange, int partition) : IExchange
    {
        public ValueTask Give(ExchangeRound round, int receiver, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellation)
        {
            exchange.BoxOf(round, receiver).Put(partition, parts);
            return ValueTask.CompletedTask;
        }

        public async ValueTask<IReadOnlyList<IReadOnlyList<ReadOnlyMemory<byte>>>> Take(ExchangeRound round, CancellationToken cancellation)
        {
            if (exchange.Partitions == 1) return [[]];
            var messages = await exchange.BoxOf(round, partition).Whole.Task.WaitAsync(cancellation);
            exchange._boxes.TryRemove((round, partition), out _);
            return messages;
        }
    }

    private Box BoxOf(ExchangeRound round, int receiver) => _boxes.GetOrAdd((round, receiver), static (_, partitions) => new Box(partitions), Partitions);
}
