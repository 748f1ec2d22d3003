using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Tenants;
using Orrery.Interfaces.Topics;
using Orrery.WebApi.Access;

namespace Orrery.WebApi.Topics;

/// <summary>Topics of a tenant that are no channel's: those that sinks write and that others append to.</summary>
internal static class TopicEndpoints
{
    const string TablesPrefix = "sql-";
    const int PartitionsDefault = 8, RetainDaysDefault = 7, RetainDaysMax = 3_650, PartitionsMax = 256;

    public static void Map(RouteGroupBuilder api)
    {
        const string one = "/tenants/{tenant}/topics/{topic}";
        api.MapGet(one, Get).RequireAuthorization(Policies.Person).WithSummary("What a topic of the tenant holds, by partition.");
        api.MapPut(one, Put).RequireAuthorization(Policies.VendorChange).WithSummary("Makes a topic where there is none; one that is there stays as it is.");
    }

    static Task<TopicInfo> Get(Caller caller, string tenant, string topic) => Topic(caller, tenant, topic).Info();

    static async Task<TopicInfo> Put(Caller caller, string tenant, string topic, TopicBody body)
    {
        await caller.OfTenant<ITenantGrain>(tenant).Get();
        ITopicGrain grain = Topic(caller, tenant, topic);
        await grain.Create(new TopicSettings
        {
            Partitions = Within("partitions", body.Partitions, PartitionsDefault, PartitionsMax),
            RetainAge = TimeSpan.FromDays(Within("retainDays", body.RetainDays, RetainDaysDefault, RetainDaysMax)),
            DeletesUnread = false,
        });
        return await grain.Info();
    }

    /// <summary>The topic <c>tenant.name</c>. Those of tables and of what the dataflow keeps are made by it.</summary>
    static ITopicGrain Topic(Caller caller, string tenant, string topic)
    {
        EntityKeys.CheckPart("topic", topic);
        return topic.StartsWith(TablesPrefix, StringComparison.Ordinal)
            ? throw new InvalidInputException("topic", $"'{topic}' begins with {TablesPrefix}, as topics of tables do, which are made with their tables. Choose another name.")
            : caller.OfTopic(tenant, topic);
    }

    static int Within(string field, int? value, int otherwise, int most) => value is null ? otherwise
        : value is >= 1 && value <= most ? value.Value
        : throw new InvalidInputException(field, $"{field} is {value}; it can be 1 to {most}.");
}

/// <param name="Partitions">1 to 256; left out: 8.</param>
/// <param name="RetainDays">How long records are kept that nobody holds any more, 1 to 3,650; left out: 7.</param>
internal sealed record TopicBody(int? Partitions, int? RetainDays);
