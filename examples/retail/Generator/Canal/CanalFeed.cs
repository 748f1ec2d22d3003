using Orrery.Retail.Changes;

namespace Orrery.Retail.Canal;

/// <summary>How a feed disturbs what it delivers. Within a partition canal keeps the order of changes, and so does this; between partitions and topics it does not.</summary>
public sealed record Disturbance
{
    /// <summary>None.</summary>
    public static Disturbance None { get; } = new();

    /// <summary>Of a thousand messages, about so many are held back, with what follows in their partition, while up to <see cref="HeldMessages"/> others go before. 0 to 1,000.</summary>
    public int HeldPerMille { get; init; }

    /// <summary>At most so many messages go before one that is held. Default 200.</summary>
    public int HeldMessages { get; init; } = 200;

    /// <summary>Of a thousand messages, after about so many a partition's last ones are delivered once more, as canal does when it goes on from its last acknowledged position. 0 to 1,000.</summary>
    public int ReplaysPerMille { get; init; }

    /// <summary>How many messages of a partition are delivered again at most. Default 16.</summary>
    public int ReplayedMessages { get; init; } = 16;
}

/// <summary>Carries transactions to topics as canal's messages, disturbed as asked. The same transactions, disturbance and seed give the same messages in the same order. For one thread at a time.</summary>
public sealed class CanalFeed(CanalEncoder encoder, Disturbance disturbance, int seed)
{
    readonly Random random = new(seed);
    readonly Dictionary<(string Topic, int Partition), Lane> lanes = [];
    readonly List<Lane> held = [];
    long delivered;

    /// <summary>What arrives when the transaction was committed.</summary>
    public IEnumerable<CanalMessage> Carry(RetailTransaction transaction)
    {
        foreach (CanalMessage message in encoder.Encode(transaction))
        {
            if (!lanes.TryGetValue((message.Topic, message.Partition), out Lane? lane))
                lanes[(message.Topic, message.Partition)] = lane = new Lane();
            lane.Waiting.Enqueue(message);
            if (lane.HeldUntil == 0 && random.Next(1_000) < disturbance.HeldPerMille)
            {
                lane.HeldUntil = delivered + random.Next(1, disturbance.HeldMessages + 1);
                held.Add(lane);
            }

            if (lane.HeldUntil == 0)
                foreach (CanalMessage each in Deliver(lane))
                    yield return each;
            for (int index = held.Count - 1; index >= 0; index--)
            {
                // A lane that waits also moves on when nothing else is delivered any more: each message counts as one that went before.
                if (held[index].HeldUntil-- > delivered)
                    continue;
                Lane free = held[index];
                held.RemoveAt(index);
                free.HeldUntil = 0;
                foreach (CanalMessage each in Deliver(free))
                    yield return each;
            }
        }
    }

    /// <summary>What is still held back.</summary>
    public IEnumerable<CanalMessage> Flush()
    {
        foreach (Lane lane in held)
        {
            lane.HeldUntil = 0;
            foreach (CanalMessage each in Deliver(lane))
                yield return each;
        }

        held.Clear();
    }

    IEnumerable<CanalMessage> Deliver(Lane lane)
    {
        while (lane.Waiting.TryDequeue(out CanalMessage? message))
        {
            delivered++;
            if (disturbance.ReplaysPerMille > 0)
            {
                lane.Last.Enqueue(message);
                if (lane.Last.Count > disturbance.ReplayedMessages)
                    lane.Last.Dequeue();
            }

            yield return message;
            if (random.Next(1_000) >= disturbance.ReplaysPerMille)
                continue;
            foreach (CanalMessage again in lane.Last.Skip(random.Next(lane.Last.Count)).ToArray())
                yield return again;
        }
    }

    sealed class Lane
    {
        public Queue<CanalMessage> Waiting { get; } = new();

        public Queue<CanalMessage> Last { get; } = new();

        /// <summary>It waits until so many messages were delivered; 0: it does not wait.</summary>
        public long HeldUntil { get; set; }
    }
}
