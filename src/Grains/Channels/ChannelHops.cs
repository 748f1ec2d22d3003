using Orrery.Interfaces;
using Orrery.Interfaces.Catalog;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Channels;

/// <summary>The hops of a channel, as its ledger knows them.</summary>
static class ChannelHops
{
    public const string Source = "source", Collector = "collector", Letters = "letters", Log = "log", Lander = "lander";

    public static ChannelDefinition Definition(string channel, ChannelSpec spec, int windowSeconds)
    {
        string topic = CatalogKeys.Id(EntityKind.Topic, ChannelKeys.Topic(channel));
        var hops = new List<HopDefinition>();
        string[] before = spec.Source is null ? [] : ChannelSpecs.IsCollected(spec.Source) ? [Collector] : [Source];
        if (spec.Source is { } source)
            hops.Add(new HopDefinition(Source, KindOf(source), [], HopAccount.None));
        if (spec.Source is not null && before[0] == Collector)
        {
            // What is read again comes from the dead letters, not from the agent a second time.
            hops.Add(new HopDefinition(Letters, HopKind.Log, [], HopAccount.None));
            hops.Add(new HopDefinition(Collector, HopKind.Objects, [Source, Letters], HopAccount.Count, Instances: 1));
        }

        hops.Add(new HopDefinition(
            Log, HopKind.Log, before, spec.Source is null ? HopAccount.None : HopAccount.Content, channel, typeof(Topics.LogHopGrain).FullName, topic, spec.Partitions));
        if (spec.Landing is not null)
            hops.Add(new HopDefinition(Lander, HopKind.Lander, [Log], HopAccount.None, channel, typeof(Landing.LanderHopGrain).FullName, CatalogKeys.Id(EntityKind.Files, ChannelKeys.Topic(channel)), spec.Partitions));
        return new ChannelDefinition(spec.Description is { Length: > 0 } title ? title[..Math.Min(title.Length, 120)] : EntityKeys.Leaf(channel), hops, windowSeconds);
    }

    static HopKind KindOf(SourceSpec source) => source.Kind switch
    {
        ChannelSpecs.Objects or ChannelSpecs.Agents => HopKind.Agent,
        ChannelSpecs.Landed => HopKind.Objects,
        _ => HopKind.Capture,
    };
}
