using Orrery.Grains.Input;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Ledger;

/// <summary>Checks what a channel is said to be.</summary>
static class LedgerDefinitions
{
    public const int HopsMax = 32;
    const int WindowSecondsMax = 3_600;
    const int LateSecondsMax = 86_400;
    const int GrainLengthMax = 300;
    const int InstancesMax = 1_024;

    public static ChannelDefinition Check(ChannelDefinition definition)
    {
        string title = InputChecks.Name("title", definition.Title);
        if (definition.Hops is not { Count: >= 1 and <= HopsMax })
            throw new InvalidInputException("hops", $"A channel has 1 to {HopsMax} hops, not {definition.Hops?.Count ?? 0}.");
        if (definition.WindowSeconds is < 1 or > WindowSecondsMax)
            throw new InvalidInputException("windowSeconds", $"A window lasts 1 to {WindowSecondsMax} s, not {definition.WindowSeconds}.");
        if (definition.LateSeconds is < 1 or > LateSecondsMax)
            throw new InvalidInputException("lateSeconds", $"Records count as late after 1 to {LateSecondsMax} s, not {definition.LateSeconds}.");
        var known = new HashSet<string>();
        foreach (var hop in definition.Hops)
        {
            EntityKeys.CheckPart("hops.name", hop.Name);
            foreach (string upstream in hop.Upstream)
                if (!known.Contains(upstream))
                    throw new InvalidInputException("hops.upstream", $"Hop '{hop.Name}' takes from '{upstream}', which does not stand before it.");
            if (hop.Upstream.Distinct().Count() != hop.Upstream.Count)
                throw new InvalidInputException("hops.upstream", $"Hop '{hop.Name}' names a hop that it takes from twice.");
            if (!known.Add(hop.Name))
                throw new InvalidInputException("hops.name", $"There are two hops '{hop.Name}'.");
            if (hop.Instances is < 0 or > InstancesMax)
                throw new InvalidInputException("hops.instances", $"Hop '{hop.Name}' has 0 to {InstancesMax} instances, not {hop.Instances}.");
            InputChecks.Text("hops.grain", hop.Grain, GrainLengthMax);
            InputChecks.Text("hops.grainClass", hop.GrainClass, GrainLengthMax);
            InputChecks.Text("hops.entity", hop.Entity, EntityKeys.PartLengthMax);
        }

        return definition with { Title = title };
    }

    /// <summary>Whether both say the same.</summary>
    public static bool AreSame(ChannelDefinition one, ChannelDefinition other) =>
        one with { Hops = [] } is var first && other with { Hops = first.Hops } == first
        && one.Hops.Count == other.Hops.Count
        && one.Hops.Zip(other.Hops).All(pair => pair.First with { Upstream = pair.Second.Upstream } == pair.Second && pair.First.Upstream.SequenceEqual(pair.Second.Upstream));
}
