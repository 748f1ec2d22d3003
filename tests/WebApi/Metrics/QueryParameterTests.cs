using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.WebApi.Metrics;

namespace Orrery.WebApi.Tests.Metrics;

public sealed class QueryParameterTests
{
    readonly ManualTime time = new();
    readonly OrreryApiOptions options = new();

    [Fact]
    public void A_query_without_times_is_about_the_last_hour_in_readable_steps()
    {
        SeriesQuery query = Check(new QueryParameters { Match = ["up"] });
        query.StepMilliseconds.ShouldBe(15_000);
        (query.EndMilliseconds - query.StartMilliseconds).ShouldBe(3_600_000);
        (query.StartMilliseconds % 15_000).ShouldBe(0);
        query.Function.ShouldBe(SeriesFunction.Average);
    }

    [Fact]
    public void Times_and_steps_that_were_named_are_kept()
    {
        SeriesQuery query = Check(new QueryParameters { Match = ["up"], From = "2026-01-01T00:00:07Z", To = "1767229207000", Step = "15s", Function = "maximum" });
        query.StartMilliseconds.ShouldBe(1_767_225_607_000);
        query.EndMilliseconds.ShouldBe(1_767_229_207_000);
        query.StepMilliseconds.ShouldBe(15_000);
        query.Function.ShouldBe(SeriesFunction.Maximum);
        Check(new QueryParameters { Match = ["up"], From = "0", To = "86400000", Step = "5m" }).StepMilliseconds.ShouldBe(300_000);
    }

    [Fact]
    public void Many_points_leave_room_for_fewer_series() =>
        Check(new QueryParameters { Match = ["up"], From = "0", To = "10000000", Step = "1000" }).SeriesMax.ShouldBe(4_000_000 / 10_001);

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "from", "yesterday", "from" },
        { "to", "-5", "to" },
        { "to", "99999999999999999", "to" },
        { "from", "9999999999999", "from" },
        { "step", "0s", "step" },
        { "step", "15", "step" },
        { "step", "s", "step" },
        { "step", "1w", "step" },
        { "step", "999999999999999s", "step" },
        { "from", "0", "" },
        { "fn", "median", "fn" },
        { "match", "a{", "match" },
        { "limit", "0", "limit" },
        { "limit", "100000", "limit" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_parameter_that_cannot_be_used_is_refused_by_its_name(string name, string value, string field)
    {
        QueryParameters parameters = name switch
        {
            "from" => new() { Match = ["up"], From = value },
            "to" => new() { Match = ["up"], To = value },
            "step" => new() { Match = ["up"], Step = value },
            "fn" => new() { Match = ["up"], Function = value },
            "limit" => new() { Match = ["up"], Limit = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture) },
            _ => new() { Match = [value] },
        };
        if (field.Length == 0)
            Check(parameters).StepMilliseconds.ShouldBe(604_800_000);
        else
            Should.Throw<InvalidInputException>(() => Check(parameters)).Field.ShouldBe(field);
    }

    [Fact]
    public void A_query_names_at_most_one_scope_and_at_least_one_selector()
    {
        Should.Throw<InvalidInputException>(() => Check(new QueryParameters { Match = ["up"], Server = "a/b/c", Tenant = "a" })).Field.ShouldBe("server");
        Should.Throw<InvalidInputException>(() => Check(new QueryParameters())).Field.ShouldBe("match");
        Should.Throw<InvalidInputException>(() => Check(new QueryParameters { Match = [.. Enumerable.Repeat("up", 21)] })).Field.ShouldBe("match");
    }

    SeriesQuery Check(QueryParameters parameters) => parameters.Check(options, time)[0];
}
