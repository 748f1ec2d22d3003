using Orrery.Interfaces;
using Orrery.Interfaces.Catalog;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Channels;

/// <summary>The hops of a channel, as its ledger knows them.</summary>
static class ChannelHops
{
    public const string Source = "source", Log = "log", Lander = "lander";

    public static ChannelDefinition Definition(string channel, ChannelSpec spec, int windowSeconds)
    {
        string topic = CatalogKeys.Id(EntityKind.Topic, ChannelKeys.Topic(channel));
        var hops = new List<HopDefinition>();
        if (spec.Source is { } source)
            hops.Add(new HopDefinition(Source, ChannelSpecs.IsDatabase(source) ? HopKind.Capture : HopKind.Objects, [], HopAccount.None));
        hops.Add(new HopDefinition(Log, HopKind.Log, spec.Source is null ? [] : [Source], spec.Source is null ? HopAccount.None : HopAccount.Content, channel, typeof(Topics.LogHopGrain).FullName, topic, spec.Partitions));
        if (spec.Landing is not null)
            hops.Add(new HopDefinition(Lander, HopKind.Lander, [Log], HopAccount.None, channel, typeof(Landing.LanderHopGrain).FullName, CatalogKeys.Id(EntityKind.Files, ChannelKeys.Topic(channel)), spec.Partitions));
        return new ChannelDefinition(spec.Description is { Length: > 0 } title ? title[..Math.Min(title.Length, 120)] : EntityKeys.Leaf(channel), hops, windowSeconds);
    }
}
