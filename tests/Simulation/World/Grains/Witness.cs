using Orrery.Runtime;
using Orrery.Runtime.Storage;

namespace Orrery.Simulation;

/// <summary>Given to the grains of one silo: enters each served turn in the <see cref="Ledger"/>.</summary>
internal sealed class Witness(World world, Process process)
{
    public MachineClock Time => process.Time;

    /// <summary>Who the silo is, once it has joined.</summary>
    public Func<SiloId>? Self { get; set; }

    /// <summary>The turn is about to end with this value.</summary>
    public long Served(Grain grain, GrainWitness known, long value)
    {
        var activation = (Activation)grain.GrainContext;
        if (known.Number == 0)
        {
            known.Number = ++world.ActivationsSeen;
            known.Shard = GrainShards.Of(activation.Type.Name, activation.Key);
        }

        long term = activation.Silo.Ownership.TryGetTerm(known.Shard, out long current) ? current : 0;
        int turn = world.Ledger.OnTurn(process, Self!(), known.Shard, term, known.Number, activation.GrainId);
        world.Loop.Note((ulong)value);
        return Answer.Pack(turn, value);
    }

    public void Rang(Grain grain, DateTime due, bool isRepeat) => world.Bells.OnRang(grain.GrainContext.GrainId.Key.ToString(), due, isRepeat);
}

/// <summary>What the witness remembers with an activation.</summary>
internal sealed class GrainWitness
{
    public int Number { get; set; }

    public int Shard { get; set; }
}

/// <summary>What a grain answered, and in which turn.</summary>
internal readonly record struct Answer(int Turn, long Value)
{
    private const int ValueBits = 24;

    public static long Pack(int turn, long value) => (long)turn << ValueBits | value;

    public static Answer Unpack(long packed) => new((int)(packed >> ValueBits), packed & ((1 << ValueBits) - 1));
}
