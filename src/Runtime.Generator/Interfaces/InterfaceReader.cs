using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Orrery.Runtime.Generator;

/// <summary>Reads a grain interface, and finds what the engine cannot carry.</summary>
internal static class InterfaceReader
{
    public static InterfaceModel? Read(INamedTypeSymbol type)
    {
        if (!type.IsGrainInterface()) return null;
        var findings = new List<Finding>();
        if (type.IsGenericType) findings.Add(Finding.At(type, Rules.GenericInterface, type.PlainName()));
        if (!type.IsReachable()) findings.Add(Finding.At(type, Rules.NotReachable, type.PlainName()));
        var methods = new List<MethodModel>();
        foreach (var declaring in type.AllInterfaces.Insert(0, type))
        {
            bool isOwn = SymbolEqualityComparer.Default.Equals(declaring, type);
            foreach (var member in declaring.GetMembers())
            {
                int before = findings.Count;
                var method = Read(declaring, member, findings);
                // What a base interface does wrong is said there, unless it is in another assembly, which could not have been compiled.
                if (!isOwn) findings.RemoveRange(before, findings.Count - before);
                if (method is not null) methods.Add(method);
            }
        }

        return new InterfaceModel(type.FullName(), type.PlainName(), new(methods), new(findings));
    }

    private static MethodModel? Read(INamedTypeSymbol declaring, ISymbol member, List<Finding> findings)
    {
        if (member is INamedTypeSymbol or IMethodSymbol { AssociatedSymbol: not null }) return null;
        if (member is not IMethodSymbol { IsStatic: false, MethodKind: MethodKind.Ordinary } method)
        {
            findings.Add(Finding.At(member, Rules.OtherMember, member.PlainName()));
            return null;
        }

        int before = findings.Count;
        if (method.IsGenericMethod) findings.Add(Finding.At(method, Rules.GenericMethod, method.PlainName()));
        foreach (var parameter in method.Parameters.Where(static parameter => parameter.RefKind != RefKind.None))
            findings.Add(Finding.At(parameter, Rules.ByReference, method.PlainName(), parameter.Name));
        var (kind, result) = ReadReturn(method.ReturnType);
        if (kind is null) findings.Add(Finding.At(method, Rules.MethodReturn, method.PlainName(), method.ReturnType.PlainName()));
        bool isOneWay = method.EnginesAttribute("OneWay") is not null;
        if (isOneWay && kind is ReturnKind.TaskOfResult or ReturnKind.ValueTaskOfResult && isOneWay)
            findings.Add(Finding.At(method, Rules.OneWayResult, method.PlainName(), method.ReturnType.PlainName()));
        string? timeout = ReadTimeout(method, findings);
        if (findings.Count > before) return null;
        return new MethodModel(declaring.FullName(), declaring.PlainName(), method.Name, kind!.Value, result,
            new(method.Parameters.Select(static parameter => new ParameterModel(parameter.Type.FullName(), parameter.Name, parameter.Type.IsIn("System.Threading", "CancellationToken")))),
            ReadOptions(method), isOneWay, declaring.IsExtension(), timeout, WireId(declaring, method));
    }

    /// <summary>FNV-1a (64 bits) over interface (full name or alias), a dot, method (name or alias) and the types of its parameters, in UTF-8; mixed.</summary>
    private static ulong WireId(INamedTypeSymbol declaring, IMethodSymbol method)
    {
        string text = (declaring.Alias() ?? declaring.ToDisplayString(Names.Plain)) + "." + (method.Alias() ?? method.Name) +
            "(" + string.Join(",", method.Parameters.Select(static parameter => parameter.Type.ToDisplayString(Names.Plain))) + ")";
        ulong hash = 0xcbf29ce484222325;
        foreach (byte value in System.Text.Encoding.UTF8.GetBytes(text)) hash = unchecked((hash ^ value) * 0x100000001b3);
        return unchecked((hash ^ (hash >> 32)) * 0x9e3779b97f4a7c15);
    }

    private static (ReturnKind?, string) ReadReturn(ITypeSymbol type)
    {
        if (type is not INamedTypeSymbol named || named.ContainingNamespace?.ToDisplayString() != "System.Threading.Tasks") return (null, "");
        return (named.Name, named.Arity) switch
        {
            ("Task", 0) => (ReturnKind.Task, ""),
            ("Task", 1) => (ReturnKind.TaskOfResult, named.TypeArguments[0].FullName()),
            ("ValueTask", 0) => (ReturnKind.ValueTask, ""),
            ("ValueTask", 1) => (ReturnKind.ValueTaskOfResult, named.TypeArguments[0].FullName()),
            _ => (null, ""),
        };
    }

    private static string? ReadTimeout(IMethodSymbol method, List<Finding> findings)
    {
        if (method.EnginesAttribute("ResponseTimeout") is not { ConstructorArguments: { Length: 1 } arguments }) return null;
        string? text = arguments[0].Value as string;
        if (!TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var timeout) || timeout <= TimeSpan.Zero)
            findings.Add(Finding.At(method, Rules.BadTimeout, method.PlainName(), text ?? ""));
        return text;
    }

    private static string ReadOptions(IMethodSymbol method)
    {
        var options = new[] { "AlwaysInterleave", "ReadOnly", "OneWay" }.Where(name => method.EnginesAttribute(name) is not null)
            .Select(static name => Names.Code + "GrainMethodOptions." + name).ToList();
        return options.Count == 0 ? Names.Code + "GrainMethodOptions.None" : string.Join(" | ", options);
    }
}
