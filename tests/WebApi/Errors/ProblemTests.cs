using System.Net;
using System.Text.Json;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Errors;

[Collection(ApiCollection.Name)]
public sealed class ProblemTests(ApiHost host)
{
    [Theory]
    [InlineData("/")]
    [InlineData("/api")]
    [InlineData("/api/v1")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/v2/tenants")]
    public async Task An_address_of_nothing_is_a_404_problem(string path)
    {
        await host.Administrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, path);
        await host.Stranger.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, path);
    }

    [Fact]
    public async Task A_method_that_is_not_there_is_a_405_problem_that_names_the_others()
    {
        using HttpResponseMessage answer = await host.Administrator.SendAsync(HttpMethod.Patch, "/api/v1/tenants/acme");
        answer.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        string text = await answer.Content.ReadAsStringAsync();
        Api.ShouldBeProblem(answer, text);
        text.ShouldContain("PUT");
    }

    [Theory]
    [InlineData("{\"id\":\"x\",\n \"name\":}", "name", 2)]
    [InlineData("{\"id\":\"x\",\"name\":\"y\"", "$", 1)]
    [InlineData("", "$", 0)]
    [InlineData("[]", "$", 1)]
    [InlineData("{\"id\":\"x\",\"id\":\"y\",\"name\":\"z\"}", "id", 1)]
    public async Task Malformed_json_is_refused_with_its_place(string body, string path, int line)
    {
        JsonElement problem = await host.Administrator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/api/v1/tenants", new StringContent(body, null, "application/json"));
        if (line == 0)
            return;
        problem.GetProperty("errors").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBeOneOf(path, "$");
        problem.GetProperty("detail").GetString()!.ShouldContain($"Line {line}");
    }

    [Fact]
    public async Task A_body_of_another_type_is_a_415_problem() =>
        await host.Administrator.ExpectAsync(HttpStatusCode.UnsupportedMediaType, HttpMethod.Post, "/api/v1/tenants", new StringContent("id=x", null, "application/x-www-form-urlencoded"));

    [Fact]
    public async Task A_body_of_people_is_bounded()
    {
        string huge = new('n', 2 << 20);
        await host.Administrator.ExpectAsync(HttpStatusCode.RequestEntityTooLarge, HttpMethod.Post, "/api/v1/tenants", new { id = "x", name = huge });
        (await host.Administrator.ExpectAsync(HttpStatusCode.UnsupportedMediaType, HttpMethod.Post, "/api/v1/tenants", new { id = "x", name = "y" }, ("Content-Encoding", "gzip"))).GetProperty("detail").GetString()!.ShouldContain("identity");
    }

    [Fact]
    public async Task Answers_keep_browsers_safe()
    {
        using HttpResponseMessage answer = await host.Stranger.GetAsync("/api/v1/session");
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("frame-ancestors 'none'");
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        answer.Headers.Contains("Server").ShouldBeFalse();
        answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
    }
}
