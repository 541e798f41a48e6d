"""The import tables as data."""

from __future__ import annotations

from supplychain.model.imports.tables import TABLES, category_id


def test_the_tables_are_those_of_the_documentation():
    assert {name: ",".join(table.names) for name, table in TABLES.items()} == {
        "firms": "firm_id,name,kind,country,region,city,latitude,longitude,employees,"
        "registration_id",
        "parts": "part_id,name,category,uom,designer_id,revision,weight_kg,conversions",
        "bom": "parent_part_id,child_part_id,quantity",
        "capabilities": "firm_id,category,weekly_capacity,certificates,min_lot,max_lot,lead_days,"
        "lot_size,processes,materials,length_mm,width_mm,height_mm,weight_kg,tolerance_linear,"
        "tolerance_geometrical,certificate_ends,weekly_hours,hours_per_piece,setup_hours",
        "part_hours": "firm_id,category,part_id,hours_per_piece",
        "offers": "firm_id,part_id,min_quantity,unit_price,currency,moq,lead_days,tier_rule,"
        "incoterm,payment_days,freight_per_piece,tooling,valid_from,valid_until,price_per",
        "supply_relations": "supplier_id,buyer_id,part_id,share,annual_spend,currency,lead_days,"
        "recover_days",
        "deliveries": "delivery_id,supplier_id,buyer_id,part_id,quantity,promised_on,delivered_on,"
        "delivered_quantity,rejected_quantity,unit_price,currency,freight_cost",
        "stocks": "firm_id,part_id,quantity,daily_use",
        "exchange_rates": "firm_id,on,from_currency,to_currency,rate",
    }


def test_every_key_column_is_needed_and_every_reference_is_to_a_table():
    for table in TABLES.values():
        assert all(table.get_column(name).required for name in table.key)
        assert all(column.refers_to in ("", *TABLES) for column in table.columns)
        assert all(column.choices for column in table.columns if column.type == "choice")


def test_a_table_comes_after_those_it_refers_to():
    order = list(TABLES)
    for table in TABLES.values():
        for column in table.columns:
            if column.refers_to:
                assert order.index(column.refers_to) < order.index(table.name)


def test_a_category_is_the_same_in_any_letters():
    assert category_id(" Die Forging ") == category_id("die forging")
