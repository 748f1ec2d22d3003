using System.Reflection;
using Orrery.Interfaces.Boards;
using Orrery.Interfaces.Configuration;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.News;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Topics;
using Orrery.Runtime.CodeGeneration;

namespace Orrery.Runtime.Tests.Wire;

/// <summary>Everything that travels between Orrery's own grains arrives as it was.</summary>
public sealed class InterfaceValueTests
{
    private static readonly Assembly s_interfaces = typeof(RefusalException).Assembly;

    public static TheoryData<string> Methods =>
        [.. s_interfaces.GetExportedTypes().Where(type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type)).SelectMany(type => type.GetMethods().Select(method => $"{type.FullName}.{method.Name}")).Distinct().Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Arguments_and_results_arrive_as_they_were(string name)
    {
        var random = new Random(5);
        foreach (var method in MethodsOf(name))
        {
            foreach (var type in method.GetParameters().Select(parameter => parameter.ParameterType).Concat(method.ReturnType.GetGenericArguments()).Where(type => type != typeof(CancellationToken)))
            {
                foreach (bool isSparse in new[] { false, true })
                {
                    object? value = SampleValues.Make(type, random, isSparse);
                    object? arrived = RoundTrip(type, value);
                    SampleValues.Describe(arrived).ShouldBe(SampleValues.Describe(value), $"{type} of {name}");
                }
            }
        }
    }

    [Fact]
    public void Every_exception_of_the_interfaces_keeps_its_type_and_values()
    {
        Exception[] errors = [new NotFoundException("a"), new ConflictException("b"), new VersionMismatchException("c"), new InvalidInputException("field", "d"), new LimitReachedException("e"), new SampleFormatException("f"),
            new TopicUnavailableException("g"), new TopicOffsetException("h", 3, 9), new SqlRefusedException("i", 1, 2, 3, 4, 5), new SqlForbiddenException("j"), new BoardRefusedException([new BoardProblem("sales", "query", "k", 1, 2, 3, 4)]),
            new ConfigurationConflictException("l", 7, [new ConfigurationDifference("/port", "1", null)]),
            new NewsConflictException("m", 8, [new NewsDifference("texts.en.title", "a", null)])];
        s_interfaces.GetExportedTypes().Where(type => typeof(Exception).IsAssignableFrom(type) && !type.IsAbstract).ShouldBe(errors.Select(error => error.GetType()), ignoreOrder: true);
        foreach (var error in errors)
        {
            var writer = WireWriter.Rent(null);
            WireExceptions.Write(writer, error);
            var reader = new WireReader(writer.Written, null);
            var arrived = WireExceptions.Read(ref reader);
            writer.Return();
            arrived.GetType().ShouldBe(error.GetType());
            arrived.Message.ShouldBe(error.Message);
            (arrived as InvalidInputException)?.Field.ShouldBe("field");
            if (arrived is TopicOffsetException offset)
                (offset.StartOffset, offset.EndOffset).ShouldBe((3, 9));
            if (arrived is SqlRefusedException refused)
                (refused.Statement, refused.Line, refused.Column, refused.Offset, refused.Length).ShouldBe((1, 2, 3, 4, 5));
            (arrived as ConfigurationConflictException)?.Differences.ShouldBe([new ConfigurationDifference("/port", "1", null)]);
            (arrived as ConfigurationConflictException)?.Version.ShouldBe(7);
            (arrived as NewsConflictException)?.Differences.ShouldBe([new NewsDifference("texts.en.title", "a", null)]);
            (arrived as NewsConflictException)?.Version.ShouldBe(8);
            (arrived as BoardRefusedException)?.Problems.ShouldBe([new BoardProblem("sales", "query", "k", 1, 2, 3, 4)]);
        }
    }

    private static IEnumerable<MethodInfo> MethodsOf(string name)
    {
        int dot = name.LastIndexOf('.');
        return s_interfaces.GetType(name[..dot])!.GetMethods().Where(method => method.Name == name[(dot + 1)..]);
    }

    private static object? RoundTrip(Type type, object? value) =>
        typeof(WireValueTests).GetMethod(nameof(WireValueTests.RoundTrip), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, [value]);
}
